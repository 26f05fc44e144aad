#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/trimmed_runs.hpp"
#include "journal/victim_process.hpp"

// A process that trims again and again and is killed at each of its writes. What it leaves is the
// run's records, or an anchor with its checkpoint and the records behind: never neither.
namespace theus::journal {
namespace {

using namespace test;

constexpr std::uint64_t trims = 4;

struct acknowledged {
  std::uint64_t record = 0;
  std::uint64_t trimmed = 0;
};

acknowledged said_by(victim_process& victim) {
  acknowledged heard;
  for (std::string line = victim.line(); !line.empty(); line = victim.line()) {
    heard.record = std::max(heard.record, number_behind("acked", line));
    heard.trimmed = std::max(heard.trimmed, number_behind("trimmed", line));
  }
  return heard;
}

void expect_nothing_lost(const std::filesystem::path& path, const acknowledged& heard) {
  const auto journal = open_journal(path);
  const run_id run = wandering_run("victim", 1).run();
  const auto place = journal->trimmed(run).value();
  const sequence through = place ? place->through : before_first;
  EXPECT_GE(number(through), heard.trimmed);
  const auto records = journal->read(run, next(through), 1'000).value();
  EXPECT_GE(number(through) + records.size(), heard.record);
  if (place) {
    EXPECT_EQ(records.front().value.previous, place->last);
    const checkpoint_row row = anchored_checkpoint(*journal, run).value().value();
    for (const hash256& root : row.roots) EXPECT_TRUE(journal->node(root).value());
    EXPECT_EQ(journal->read(run, through, 1).error().code, errc::trimmed);
  }
  const all_rows rows = rows_of(*journal);
  ASSERT_TRUE(journal->rebuild());
  EXPECT_EQ(rows_of(*journal), rows);
  EXPECT_EQ(journal->trimmed(run).value(), place);
  const epoch owner = journal->acquire_epoch().value();
  record r = records.empty() ? start_of("victim") : turn_of({}, {activity(99)});
  r.raw_time = at_ms(100'000);
  if (!records.empty()) std::get<turn>(r.body).consumed_through = records.back().value.at;
  ASSERT_EQ(extend(*journal, owner, run, {r}).status, append_status::committed);
  const sequence end = journal->head_of(run).value()->at;
  EXPECT_EQ(trim(*journal, owner, run, end).status, append_status::committed);
}

class TrimmingKilled : public ::testing::TestWithParam<const char*> {};

TEST_P(TrimmingKilled, Rule07AtEveryWriteLosesNothingAcknowledged) {
  std::uint64_t passages = 0;
  for (;; ++passages) {
    const temporary_folder folder;
    const std::string path = folder / "journal";
    victim_process victim("trim " + path + " " + std::to_string(trims),
                          std::string(GetParam()) + "=kill@" + std::to_string(passages + 1));
    const acknowledged heard = said_by(victim);
    const int status = victim.wait();
    if (!killed(status)) {
      ASSERT_EQ(status, 0);
      EXPECT_GT(heard.trimmed, 2 * trims);
      break;
    }
    SCOPED_TRACE(std::string(GetParam()) + " " + std::to_string(passages + 1));
    expect_nothing_lost(path, heard);
    if (HasFatalFailure()) return;
  }
  EXPECT_GE(passages, trims - 1);
}

INSTANTIATE_TEST_SUITE_P(
    Every, TrimmingKilled,
    ::testing::Values("append.before_write", "append.after_write", "append.after_sync",
                      "append.after_watermark", "put_nodes.before_write", "put_nodes.after_write",
                      "put_checkpoint.before_write", "put_checkpoint.after_write",
                      "erase_checkpoint.before_write", "erase_checkpoint.after_write"),
    [](const auto& place) {
      std::string name = place.param;
      std::ranges::replace(name, '.', '_');
      return name;
    });

}  // namespace
}  // namespace theus::journal
