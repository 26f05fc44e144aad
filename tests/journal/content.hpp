#pragma once

#include <algorithm>
#include <fstream>
#include <map>
#include <vector>

#include <gmock/gmock.h>

#include "journal/support.hpp"

// What the tests that damage a journal share: everything that can be read of it, to be compared.
namespace theus::journal::test {

// A part that is refused is absent.
struct content {
  std::map<run_id, std::optional<std::vector<std::string>>> runs;
  std::map<run_id, std::optional<head>> heads;
  std::optional<std::size_t> tail;
  std::optional<std::vector<instance_row>> instances;
  std::optional<std::vector<timer_row>> timers;
  std::optional<std::vector<task_row>> tasks;
  std::optional<std::vector<message_row>> messages;
  std::optional<std::vector<checkpoint_id>> checkpoints;
  std::map<checkpoint_id, std::optional<checkpoint_row>> checkpoint_rows;
  std::optional<std::vector<hash256>> nodes;
  std::map<hash256, std::optional<std::string>> node_bytes;
};

// Errors of reads go to `refused`.
inline content read_content(store& journal, const std::vector<run_id>& runs,
                            std::vector<error>& refused) {
  constexpr std::size_t all = 100'000;
  content found;
  auto keep = [&refused](auto answer, auto& where) {
    if (answer) {
      where = std::move(*answer);
    } else {
      refused.push_back(answer.error());
    }
  };
  for (const run_id run : runs) {
    keep(journal.read_raw(run, first_sequence, all), found.runs[run]);
    if (auto at = journal.head_of(run)) {
      found.heads[run] = *at;
    } else {
      refused.push_back(at.error());
    }
  }
  if (auto tail = journal.tail({}, all)) {
    found.tail = tail->size();
  } else {
    refused.push_back(tail.error());
  }
  keep(journal.instances({}, all), found.instances);
  keep(journal.timers(wall_time::max(), {}, all), found.timers);
  keep(journal.tasks({}, all), found.tasks);
  keep(journal.messages({}, all), found.messages);
  keep(journal.checkpoints_after({}, all), found.checkpoints);
  for (const checkpoint_id& id : found.checkpoints.value_or(std::vector<checkpoint_id>())) {
    auto row = journal.checkpoint(id);
    keep(row ? result<checkpoint_row>(row->value()) : row.error(), found.checkpoint_rows[id]);
  }
  keep(journal.nodes_after({}, all), found.nodes);
  for (const hash256& hash : found.nodes.value_or(std::vector<hash256>())) {
    auto bytes = journal.node(hash);
    keep(bytes ? result<std::string>(bytes->value()) : bytes.error(), found.node_bytes[hash]);
  }
  return found;
}

// Wherever `found` says something, it says what `expected` says.
inline void expect_same_where_read(const content& found, const content& expected) {
  for (const auto& [run, raw] : found.runs) EXPECT_TRUE(!raw || raw == expected.runs.at(run));
  for (const auto& [run, at] : found.heads) EXPECT_TRUE(!at || at == expected.heads.at(run));
  EXPECT_EQ(found.tail.value_or(*expected.tail), *expected.tail);
  EXPECT_TRUE(!found.instances || found.instances == expected.instances);
  EXPECT_TRUE(!found.timers || found.timers == expected.timers);
  EXPECT_TRUE(!found.tasks || found.tasks == expected.tasks);
  EXPECT_TRUE(!found.messages || found.messages == expected.messages);
  EXPECT_TRUE(!found.checkpoints || found.checkpoints == expected.checkpoints);
  for (const auto& [id, row] : found.checkpoint_rows) {
    EXPECT_TRUE(!row || row == expected.checkpoint_rows.at(id));
  }
  EXPECT_TRUE(!found.nodes || found.nodes == expected.nodes);
  for (const auto& [hash, bytes] : found.node_bytes) {
    EXPECT_TRUE(!bytes || bytes == expected.node_bytes.at(hash));
  }
}

inline std::string load(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline void save(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}
// Flips one bit of the 64 bytes at `at`: another one at every step. Gives its byte.
inline std::size_t flip_a_bit(std::string& bytes, std::size_t at, std::size_t step) {
  const std::size_t place = std::min(bytes.size() - 1, at + step * 13 % 64);
  bytes[place] = char(bytes[place] ^ (1 << step % 8));
  return place;
}
// Replaces what is at `to`.
inline std::filesystem::path copy_folder(const std::filesystem::path& from,
                                         const std::filesystem::path& to) {
  std::filesystem::remove_all(to);
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
  return to;
}
// The write-ahead log that was written last.
inline std::filesystem::path newest_log(const std::filesystem::path& journal) {
  std::filesystem::path newest;
  for (const auto& entry : std::filesystem::directory_iterator(journal / "db")) {
    if (entry.path().extension() == ".log" && entry.path() > newest) newest = entry.path();
  }
  return newest;
}

}  // namespace theus::journal::test
