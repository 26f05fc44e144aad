#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/support.hpp"
#include "journal/victim_process.hpp"

// Processes that die, starve or come second (tests/journal/victim.cpp).
namespace theus::journal {
namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::uint64_t acked_in(const std::string& line) { return number_behind("acked", line); }

class Killed : public ::testing::TestWithParam<const char*> {};

TEST_P(Killed, Rule06AtEveryAppendLosesNothingAcknowledged) {
  constexpr std::uint64_t turns = 6;
  // The first passage is the epoch's.
  for (std::uint64_t passage = 1; passage <= turns + 1; ++passage) {
    const temporary_folder folder;
    const std::string path = folder / "journal";
    victim_process victim("append " + path + " " + std::to_string(turns),
                          std::string(GetParam()) + "=kill@" + std::to_string(passage));
    const std::uint64_t acked = acked_in(victim.last_line());
    ASSERT_TRUE(killed(victim.wait())) << passage;
    ASSERT_EQ(acked, passage > 1 ? passage - 2 : 0);

    const auto journal = open_journal(path);
    const auto records = journal->read(run_of("victim"), first_sequence, 100).value();
    EXPECT_GE(records.size(), acked);
    EXPECT_LE(records.size(), acked + (passage > 1 ? 1 : 0)) << "only the one under way is more";
    const all_rows rows = rows_of(*journal);
    journal->rebuild().value();
    EXPECT_EQ(rows_of(*journal), rows);
    const epoch owner = journal->acquire_epoch().value();
    record r = records.empty() ? start_of("victim") : turn_of({}, {activity(99)});
    EXPECT_EQ(extend(*journal, owner, run_of("victim"), {r}).status, append_status::committed);
  }
}

INSTANTIATE_TEST_SUITE_P(Every, Killed,
                         ::testing::Values("append.before_write", "append.after_write",
                                           "append.after_sync", "append.after_watermark"),
                         [](const auto& place) {
                           return std::string(place.param).replace(0, 7, "");
                         });

TEST(JournalInUse, TheSecondProcessIsToldTheFirst) {
  const temporary_folder folder;
  const std::string path = folder / "journal";
  const auto holder = open_journal(path);
  victim_process second("open " + path);
  EXPECT_THAT(second.last_line(), HasSubstr("is in use by process " + std::to_string(::getpid())));
  EXPECT_NE(second.wait(), 0);
}

TEST(JournalInUse, AProcessThatDiedHoldsNothing) {
  const temporary_folder folder;
  const std::string path = folder / "journal";
  victim_process victim("append " + path + " 3", "append.after_sync=kill@2");
  victim.last_line();
  ASSERT_TRUE(killed(victim.wait()));
  EXPECT_TRUE(open_rocksdb_store(path));
}

TEST(DiskFull, AProcessThatMeetsTheEndOfItsSpaceReadsOnAndResumes) {
  const temporary_folder folder;
  const std::string path = folder / "journal";
  victim_process victim("fill " + path);
  const std::string last = victim.last_line();
  EXPECT_EQ(victim.wait(), 0) << last;
  const auto journal = open_journal(path);
  EXPECT_THAT(journal->read(run_of("victim"), first_sequence, 1'000).value(),
              SizeIs(acked_in(last)));
}

}  // namespace
}  // namespace theus::journal
