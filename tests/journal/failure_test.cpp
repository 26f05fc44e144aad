#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "theus/journal/fail_point.hpp"

#include "journal/support.hpp"

// Appends that fail: what is answered, what is refused afterwards, what can still be read.
namespace theus::journal {
namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class Failing : public ::testing::TestWithParam<bool> {
 protected:
  Failing() { reopen_folder(); }
  ~Failing() override { arm_fail_points(""); }

  void reopen_folder() {
    journal_.reset();
    journal_ = GetParam() ? open_journal(folder_ / "journal") : make_memory_store();
    owner_ = journal_->acquire_epoch().value();
  }
  append_answer append(record r) { return extend(*journal_, owner_, run_, {std::move(r)}); }
  std::size_t records() { return journal_->read(run_, first_sequence, 100).value().size(); }

  temporary_folder folder_;
  std::unique_ptr<store> journal_;
  epoch owner_{};
  run_id run_ = run_of("a");
};

TEST_P(Failing, DiskFullRefusesAppendsUntilReopenedAndReadsGoOn) {
  ASSERT_EQ(append(start_of("a")).status, append_status::committed);
  arm_fail_points("append.before_write=full@1,reopen.before_open=full@1");
  const append_answer full = append(turn_of({}, {activity(1)}));
  EXPECT_EQ(full.status, append_status::unknown);
  EXPECT_EQ(full.why->code, errc::disk_full);
  EXPECT_EQ(append(turn_of({}, {activity(1)})).why->code, errc::disk_full) << "without trying";
  EXPECT_EQ(journal_->trouble()->code, errc::disk_full);
  EXPECT_EQ(journal_->acquire_epoch().error().code, errc::disk_full);
  EXPECT_EQ(journal_->acknowledge({run_, {"", 1}}).error().code, errc::disk_full);
  EXPECT_EQ(records(), 1u);
  EXPECT_EQ(journal_->reopen().error().code, errc::disk_full) << "there is still no space";
  EXPECT_EQ(records(), 1u);
  ASSERT_TRUE(journal_->reopen());
  EXPECT_EQ(journal_->trouble(), std::nullopt);
  EXPECT_EQ(append(turn_of({}, {activity(1)})).status, append_status::committed);
  EXPECT_EQ(records(), 2u);
}

class FailingWithLogs : public Failing {};

TEST_P(FailingWithLogs, AFullDiskIsLeftBehindWithTwoOfThem) {
  ASSERT_EQ(append(start_of("a")).status, append_status::committed);
  arm_fail_points("append.before_write=full@1");
  EXPECT_EQ(append(turn_of({}, {activity(1)})).why->code, errc::disk_full);
  std::ofstream(folder_ / "journal/db/000001.log") << "older than all that is needed";
  ASSERT_TRUE(journal_->reopen());
  EXPECT_EQ(append(turn_of({}, {activity(1)})).status, append_status::committed);
  EXPECT_EQ(records(), 2u);
}

TEST_P(Failing, AfterAFailedSyncNothingIsTakenForEver) {
  ASSERT_EQ(append(start_of("a")).status, append_status::committed);
  arm_fail_points("append.after_write=error@1");
  const append_answer failed = append(turn_of({}, {activity(1)}));
  EXPECT_EQ(failed.status, append_status::unknown);
  EXPECT_EQ(failed.why->code, errc::io_error);
  EXPECT_EQ(journal_->reopen().error().code, errc::io_error);
  EXPECT_EQ(append(turn_of({}, {activity(1)})).why->code, errc::io_error);
  EXPECT_EQ(journal_->rebuild().error().code, errc::io_error);
  EXPECT_EQ(records(), 1u) << "what was not synced is not shown";
  EXPECT_EQ(journal_->head_of(run_).value()->at, first_sequence);
  EXPECT_THAT(journal_->tasks({}, 10).value(), SizeIs(0));
}

TEST_P(Failing, Rule04AnUnknownAppendIsSettledByReadingAgain) {
  ASSERT_EQ(append(start_of("a")).status, append_status::committed);
  const head before = *journal_->head_of(run_).value();
  const unit u = unit::make(run_, owner_, before, turn_of({}, {activity(1)})).value();
  arm_fail_points("append.after_sync=full@1");
  EXPECT_EQ(append_one(*journal_, u).status, append_status::unknown);
  ASSERT_TRUE(journal_->reopen());
  const auto again = journal_->read(run_, sequence{2}, 1).value();
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].hash, u.resulting_head().hash);
  EXPECT_EQ(append_one(*journal_, u).status, append_status::conflict);
  EXPECT_THAT(journal_->tasks({}, 10).value(), SizeIs(1));
}

TEST_P(Failing, AnAppendThatWasPromisedButNotAnsweredIsThere) {
  arm_fail_points("append.after_watermark=full@1");
  EXPECT_EQ(append(start_of("a")).status, append_status::unknown);
  ASSERT_TRUE(journal_->reopen());
  EXPECT_EQ(records(), 1u);
}

TEST_P(Failing, EveryUnitOfAFailedAppendIsUnknown) {
  const std::vector<unit> units{unit::make(run_of("a"), owner_, {}, start_of("a")).value(),
                                unit::make(run_of("b"), epoch{99}, {}, start_of("b")).value(),
                                unit::make(run_of("c"), owner_, {}, start_of("c")).value()};
  arm_fail_points("append.before_write=error@1");
  const auto answers = journal_->append(units);
  EXPECT_EQ(answers[0].status, append_status::unknown);
  EXPECT_EQ(answers[1].status, append_status::fenced);
  EXPECT_EQ(answers[2].status, append_status::unknown);
}

INSTANTIATE_TEST_SUITE_P(RocksDB, FailingWithLogs, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Every, Failing, ::testing::Bool(), [](const auto& durable) {
  return std::string(durable.param ? "rocksdb" : "memory");
});

TEST(Reopening, ThatRunsOutOfSpaceHalfwayLeavesReadsWorking) {
  const temporary_folder folder;
  const auto journal = open_journal(folder / "journal");
  const epoch owner = journal->acquire_epoch().value();
  extend(*journal, owner, run_of("a"), {start_of("a")});
  arm_fail_points("append.before_write=full@1,reopen.after_close=full@1");
  extend(*journal, owner, run_of("a"), {turn_of({}, {})});
  EXPECT_EQ(journal->reopen().error().code, errc::disk_full);
  EXPECT_THAT(journal->read(run_of("a"), first_sequence, 10).value(), SizeIs(1));
  EXPECT_THAT(journal->tail({}, 10).value(), SizeIs(1));
  EXPECT_EQ(extend(*journal, owner, run_of("a"), {turn_of({}, {})}).why->code, errc::disk_full);
  ASSERT_TRUE(journal->reopen());
  EXPECT_EQ(extend(*journal, owner, run_of("a"), {turn_of({}, {})}).status,
            append_status::committed);
  arm_fail_points("");
}

TEST(FailPoint, CountsPassagesOfEachPlaceApart) {
  arm_fail_points("one=error@2,two=full@1");
  EXPECT_EQ(pass_fail_point("one"), fail_action::none);
  EXPECT_EQ(pass_fail_point("two"), fail_action::full);
  EXPECT_EQ(pass_fail_point("one"), fail_action::error);
  EXPECT_EQ(pass_fail_point("one"), fail_action::none);
  EXPECT_EQ(pass_fail_point("two"), fail_action::none);
  arm_fail_points("");
}

TEST(FailPointDeathTest, WhatDoesNotParseAbortsAndKillKills) {
  EXPECT_DEATH(arm_fail_points("one=kill"), "is not place=kill|error|full@n");
  EXPECT_DEATH(arm_fail_points("one=explode@1"), "is not place=kill|error|full@n");
  EXPECT_EXIT(
      {
        arm_fail_points("one=kill@1");
        (void)pass_fail_point("one");
      },
      ::testing::KilledBySignal(SIGKILL), "");
}

}  // namespace
}  // namespace theus::journal
