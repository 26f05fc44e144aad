#include "faults/journal_victim.hpp"

#include <signal.h>

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "faults/checkpoints.hpp"

namespace theus::faults {

namespace fs = std::filesystem;
using namespace theus::journal;
using namespace theus::journal::test;

namespace {

std::string hex(const hash256& hash) {
  std::string text;
  for (const auto byte : hash.bytes) {
    constexpr const char* digits = "0123456789abcdef";
    text += {digits[unsigned(byte) >> 4], digits[unsigned(byte) & 15]};
  }
  return text;
}

// One is put before every record but the first of a run. Those before what was acknowledged are
// there, and each that is there is whole.
void expect_checkpoints(store& found,
                        const std::map<int, std::map<std::uint64_t, std::string>>& acknowledged) {
  for (const auto& [run, records] : acknowledged) {
    const run_id id = run_of("victim " + std::to_string(run), std::uint64_t(run + 1));
    for (const auto& [at, hash] : records) {
      if (at == 1) continue;
      EXPECT_TRUE(found.checkpoint({id, sequence{at - 1}}).value()) << run << " " << at;
    }
  }
  const auto listed = found.checkpoints_after({}, 10'000);
  ASSERT_TRUE(listed) << listed.error().message;
  for (const checkpoint_id& id : *listed) {
    EXPECT_EQ(found.checkpoint(id).value(), checkpoint_of(id));
    EXPECT_EQ(found.node(root_of(id).hash).value(), root_of(id).bytes);
  }
}

}  // namespace

victim_end victim::run(const victim_plan& plan) {
  const fs::path report = folder_ / "report";
  fs::remove(report);
  child_options how;
  how.environment = {{"THEUS_FAULT_FOLDER", journal().string()},
                     {"THEUS_FAULT_PLAN", plan.calls},
                     {"THEUS_FAULT_REPORT", report.string()},
                     {"THEUS_FAIL_ALLOCATION", std::to_string(plan.allocation)}};
  if (plan.allocation > 0) how.environment["ASAN_OPTIONS"] = "detect_leaks=0";
  how.limits = plan.limits;
  victim_end end;
  end.child = run_child({THEUS_FAULT_VICTIM, "work", journal().string(),
                         std::to_string(plan.generations), std::to_string(plan.turns)},
                        how);
  std::ifstream lines(report);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string what, call;
    words >> what >> call;
    if (what == "fault") end.faults.push_back(line.substr(6));
    if (what == "count") words >> end.counts[call];
    if (what == "sync") end.syncs_tried_again.push_back(line);
  }
  return end;
}

void victim::expect_sane(const victim_end& end, bool may_be_killed) const {
  const child_end& c = end.child;
  EXPECT_FALSE(c.out_of_time) << c.output;
  if (!may_be_killed || c.signal != SIGKILL) {
    EXPECT_EQ(c.exit_code, 0) << c.signal << c.output;
  }
  EXPECT_THAT(c.output, ::testing::Not(::testing::HasSubstr("wrong:")));
  // Where it does not open, a compaction may still have synced the list of tables meanwhile.
  if (c.after("refused").empty()) {
    EXPECT_THAT(end.syncs_tried_again, ::testing::IsEmpty()) << c.output;
  }
  for (const char* kind : {"refused", "stopped", "unreadable"}) {
    for (const std::string& said : c.after(kind)) {
      EXPECT_THAT(said, ::testing::MatchesRegex("(io_error|disk_full|corrupt) .+"));
      EXPECT_THAT(said, ::testing::HasSubstr(journal().string()));
    }
  }
}

void victim::expect_nothing_lost(const victim_end& end) const {
  std::map<int, std::map<std::uint64_t, std::string>> acknowledged;
  for (const std::string& said : end.child.after("acked")) {
    std::istringstream words(said);
    int run = 0;
    std::uint64_t at = 0;
    words >> run >> at;
    words >> acknowledged[run][at];
  }
  std::map<int, head> heads;
  {
    auto opened = open_rocksdb_store(journal());
    ASSERT_TRUE(opened) << opened.error().message << "\n" << end.child.output;
    store& found = **opened;
    for (const auto& [run, records] : acknowledged) {
      const run_id id = run_of("victim " + std::to_string(run), std::uint64_t(run + 1));
      const auto stored = found.read(id, first_sequence, 10'000);
      ASSERT_TRUE(stored) << stored.error().message;
      for (const auto& [at, hash] : records) {
        ASSERT_LE(at, stored->size()) << end.child.output;
        EXPECT_EQ(hex((*stored)[at - 1].hash), hash);
      }
      EXPECT_LE(stored->size(), records.rbegin()->first + 1) << "only one was under way";
    }
    expect_checkpoints(found, acknowledged);
    const all_rows rows = rows_of(found);
    ASSERT_TRUE(found.rebuild());
    EXPECT_EQ(rows_of(found), rows);
    const epoch owner = found.acquire_epoch().value();
    for (int run = 0; run < 2; ++run) {
      const run_id id = run_of("victim " + std::to_string(run), std::uint64_t(run + 1));
      record r = found.head_of(id).value() ? turn_of({}, {activity(1'000)})
                                           : start_of("victim " + std::to_string(run));
      ASSERT_EQ(extend(found, owner, id, {std::move(r)}).status, append_status::committed);
      heads[run] = *found.head_of(id).value();
    }
  }
  const auto again = open_journal(journal());
  for (const auto& [run, at] : heads) {
    EXPECT_EQ(
        again->head_of(run_of("victim " + std::to_string(run), std::uint64_t(run + 1))).value(),
        at);
  }
}

}  // namespace theus::faults
