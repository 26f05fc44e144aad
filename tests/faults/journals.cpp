#include "faults/journals.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

#include "faults/checkpoints.hpp"
#include "support/long_run.hpp"

namespace theus::faults {

namespace fs = std::filesystem;
using namespace journal;
using namespace journal::test;

namespace {

constexpr std::uint32_t seed = 20'261'122;

std::size_t tables_in(const fs::path& folder) {
  std::size_t found = 0;
  for (const auto& entry : fs::directory_iterator(folder / "db")) {
    found += entry.path().extension() == ".sst";
  }
  return found;
}

// Opening moves what is logged into tables, and compacts when there are many.
void wait_for_compaction(const fs::path& folder) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  int round = 0;
  for (std::size_t before = 0;; ++round) {
    const auto journal = open_journal(folder);
    const std::size_t now = tables_in(folder);
    if (now < before) return;
    before = now;
    append_round(*journal, journal->acquire_epoch().value(), round);
    if (std::chrono::steady_clock::now() > until) throw std::runtime_error("nothing is compacted");
    if (round < 5) continue;
    for (int i = 0; i < 200 && tables_in(folder) >= before; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
}

// Durable with the next append. Of three rounds the first one's is gone again.
void put_checkpoint(store& to, run_id run, int round) {
  const checkpoint_id id{run, sequence(round + 1)};
  to.put_nodes({{root_of(id)}}, to.opened()).value();
  to.put_checkpoint(checkpoint_of(id), to.opened()).value();
  if (round == 2) to.erase_checkpoint({run, first_sequence}).value();
}

}  // namespace

const char* name(shape s) {
  switch (s) {
    case shape::log:
      return "log";
    case shape::tables:
      return "tables";
    case shape::mixed:
      return "mixed";
    case shape::compacted:
      return "compacted";
  }
  return "";
}

run_id nth_run(int i) { return run_of("w" + std::to_string(i), std::uint64_t(i + 1)); }

std::vector<run_id> every_run() {
  std::vector<run_id> runs;
  for (int i = 0; i < runs_of_journal; ++i) runs.push_back(nth_run(i));
  return runs;
}

void append_round(store& to, epoch owner, int round) {
  const auto number = [round](int i) { return std::uint32_t(4 * round + i); };
  for (int i = 0; i < runs_of_journal; ++i) {
    std::vector<record> records;
    if (round == 0) records.push_back(start_of("w" + std::to_string(i)));
    records.push_back(turn_of({completed(number(1))},
                              {activity(number(2)), start_timer{{"", number(3)}, at_ms(9'000)},
                               send_signal{{"", number(4)}, "x", "y", std::string(40, 'z')}}));
    put_checkpoint(to, nth_run(i), round);
    const append_answer answer = extend(to, owner, nth_run(i), std::move(records));
    if (answer.status != append_status::committed) {
      throw error_exception(answer.why.value_or(error{errc::io_error, "conflict"}));
    }
  }
}

void make_journal(const fs::path& folder, shape s) {
  if (s == shape::compacted) return wait_for_compaction(folder);
  for (int round = 0; round < (s == shape::log ? 1 : 3); ++round) {
    const auto journal = open_journal(folder);
    append_round(*journal, journal->acquire_epoch().value(), round);
  }
  if (s == shape::tables) open_journal(folder);
}

std::vector<fs::path> files_of(const fs::path& journal) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(journal)) {
    if (entry.is_regular_file() && entry.file_size() > 0) {
      found.push_back(fs::relative(entry.path(), journal));
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

content read_reference(const fs::path& journal, const fs::path& copy) {
  std::vector<error> refused;
  content found = read_content(*open_journal(copy_folder(journal, copy)), every_run(), refused);
  EXPECT_TRUE(refused.empty());
  return found;
}

examined examine(const fs::path& journal, const content& expected) {
  examined seen;
  auto opened = open_rocksdb_store(journal);
  if (!opened) {
    seen.refused = true;
    seen.errors.push_back(opened.error());
  } else {
    expect_same_where_read(read_content(**opened, every_run(), seen.errors), expected);
  }
  for (const error& e : seen.errors) {
    EXPECT_TRUE(e.code == errc::corrupt || e.code == errc::unknown_version)
        << name(e.code) << ": " << e.message;
    if (seen.refused) {
      EXPECT_THAT(e.message, ::testing::HasSubstr(journal.string()));
    }
    EXPECT_THAT(e.message, ::testing::AnyOf(
                               ::testing::HasSubstr(journal.string()), ::testing::HasSubstr("run "),
                               ::testing::HasSubstr("commit "), ::testing::HasSubstr("node ")));
  }
  return seen;
}

void expect_goes_on(const fs::path& folder, const content& expected) {
  std::map<run_id, head> heads;
  {
    const auto journal = open_journal(folder);
    std::vector<error> refused;
    const content found = read_content(*journal, every_run(), refused);
    ASSERT_TRUE(refused.empty()) << refused.front().message;
    for (const auto& [run, raw] : expected.runs) {
      const auto& now = *found.runs.at(run);
      ASSERT_GE(now.size(), raw->size());
      EXPECT_TRUE(std::equal(raw->begin(), raw->end(), now.begin()));
    }
    EXPECT_GE(*found.tail, *expected.tail);
    const all_rows rows = rows_of(*journal);
    ASSERT_TRUE(journal->rebuild());
    EXPECT_EQ(rows_of(*journal), rows);
    const epoch owner = journal->acquire_epoch().value();
    for (const run_id run : every_run()) {
      record next = found.runs.at(run)->empty() ? start_of("again" + run.to_string())
                                                : turn_of({}, {activity(1'000)});
      ASSERT_EQ(extend(*journal, owner, run, {std::move(next)}).status, append_status::committed);
      heads[run] = *journal->head_of(run).value();
    }
  }
  const auto again = open_journal(folder);
  for (const auto& [run, at] : heads) EXPECT_EQ(again->head_of(run).value(), at);
}

sample::sample(std::size_t stride)
    : stride_(testing::is_long_run() ? 1 : stride), phase_(seed % stride_) {}

}  // namespace theus::faults
