#pragma once

#include <unistd.h>

#include <filesystem>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "theus/journal/stores.hpp"

// What the tests of the journal share: folders, runs and records to append.
namespace theus::journal::test {

// Where syncs cost nothing, if the machine has such a place with room for a few journals.
inline std::filesystem::path temporary_root() {
  constexpr std::uintmax_t enough_bytes = 512 * 1024 * 1024;
  const std::filesystem::path memory = "/dev/shm";
  std::error_code failed;
  const auto space = std::filesystem::space(memory, failed);
  const bool fits = !failed && space.available >= enough_bytes && ::access("/dev/shm", W_OK) == 0;
  return fits ? memory : std::filesystem::temp_directory_path();
}

// A folder of its own, removed at the end.
class temporary_folder {
 public:
  temporary_folder() {
    std::string pattern = (temporary_root() / "theus-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = pattern;
  }
  ~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// The journal's folder in it need not exist.
inline std::unique_ptr<store> open_journal(const std::filesystem::path& path,
                                           const store_options& options = {}) {
  auto opened = open_rocksdb_store(path, options);
  if (!opened) throw error_exception(opened.error());
  return std::move(*opened);
}

inline wall_time at_ms(std::int64_t ms) { return wall_time(std::chrono::milliseconds(ms)); }

inline run_id run_of(std::string_view workflow_id, std::uint64_t random = 1) {
  return run_id::make(shard_key_of(workflow_id), random, random * 0x9e3779b97f4a7c15);
}

inline record turn_of(std::vector<event> events, std::vector<command> commands,
                      wall_time now = at_ms(1'000)) {
  record r;
  r.raw_time = now;
  r.body = turn{{}, std::move(events), std::move(commands), {}, {}};
  return r;
}

inline record intake_of(std::vector<event> events, wall_time now = at_ms(1'000)) {
  record r;
  r.raw_time = now;
  r.body = intake{std::move(events)};
  return r;
}

inline record start_of(const std::string& workflow_id, std::vector<command> commands = {},
                       const std::string& request_id = "") {
  return turn_of({started{workflow_id, "checkout", request_id, "[1]", 1, 7, 8}},
                 std::move(commands));
}

inline schedule_activity activity(std::uint32_t number) {
  return {{"", number}, "charge", "[]", {}, 0, false};
}

inline event completed(std::uint32_t number) {
  return activity_completed{{"", number}, 1, std::nullopt, payload("1")};
}

// Appends one unit and gives the answer.
inline append_answer append_one(store& journal, const unit& u) {
  return journal.append(std::span(&u, 1)).front();
}

// Appends records to a run behind what it has; the answer of the whole.
inline append_answer extend(store& journal, epoch owner, run_id run, std::vector<record> records) {
  const head after = journal.head_of(run).value().value_or(head());
  unit u = unit::make(run, owner, after, std::move(records.front())).value();
  for (std::size_t i = 1; i < records.size(); ++i) u.add(std::move(records[i])).value();
  return append_one(journal, u);
}

// Everything a caller can see of derived rows.
struct all_rows {
  std::vector<instance_row> instances;
  std::vector<timer_row> timers;
  std::vector<task_row> tasks;
  std::vector<backlog_row> backlog;
  std::vector<message_row> messages;
  std::vector<blob_row> blobs;

  friend bool operator==(const all_rows&, const all_rows&) = default;
};

inline all_rows rows_of(store& journal) {
  constexpr std::size_t all = 1'000'000;
  return {journal.instances({}, all).value(), journal.timers(wall_time::max(), {}, all).value(),
          journal.tasks({}, all).value(),     journal.backlog({}, all).value(),
          journal.messages({}, all).value(),  journal.blobs({}, all).value()};
}

}  // namespace theus::journal::test
