#include <gmock/gmock.h>

#include "journal/each_store.hpp"

// Heartbeats are kept rows (rule 3): with a durability of their own, gone with what they are of.
namespace theus::journal {
namespace {

using namespace test;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class HeartbeatRows : public each_store {
 protected:
  void SetUp() override {
    ASSERT_EQ(begin("a", {activity(1), activity(2)}), append_status::committed);
  }

  append_status begin(const std::string& id, std::vector<command> commands) {
    return extend(*journal_, owner_, run_of(id), {start_of(id, std::move(commands))}).status;
  }
  append_status go_on(record r) { return extend(*journal_, owner_, run_, {std::move(r)}).status; }
  heartbeat_row row(std::uint32_t number, std::optional<payload> details = "1",
                    std::uint32_t attempt = 1) const {
    return {run_, {"", number}, attempt, at_ms(attempt), std::move(details)};
  }
  void put(const heartbeat_row& r) { ASSERT_TRUE(journal_->put_heartbeat(owner_, r)); }
  std::vector<heartbeat_row> all() { return journal_->heartbeats(run_).value(); }

  const run_id run_ = run_of("a");
};

TEST_P(HeartbeatRows, TheNewestOfACallIsFound) {
  put(row(1, "1"));
  put(row(1, "2", 2));
  put(row(2));
  EXPECT_EQ(journal_->heartbeat(run_, {"", 1}).value(), row(1, "2", 2));
  EXPECT_EQ(journal_->heartbeat(run_, {"", 3}).value(), std::nullopt);
  EXPECT_THAT(all(), ElementsAre(row(1, "2", 2), row(2)));
  EXPECT_THAT(journal_->heartbeats(run_of("b")).value(), IsEmpty());
}

TEST_P(HeartbeatRows, OneWithoutDetailsLeavesThoseBefore) {
  put(row(1, "7"));
  put(row(1, std::nullopt, 2));
  EXPECT_EQ(journal_->heartbeat(run_, {"", 1}).value(), row(1, "7", 2));
}

TEST_P(HeartbeatRows, Rule03ARebuildLeavesThemAlone) {
  put(row(1));
  put(row(2, std::nullopt));
  const auto before = all();
  ASSERT_TRUE(journal_->rebuild());
  EXPECT_EQ(all(), before);
}

TEST_P(HeartbeatRows, GoWithTheRecordThatEndsTheirCall) {
  put(row(1));
  put(row(2));
  ASSERT_EQ(go_on(turn_of({completed(1)}, {})), append_status::committed);
  EXPECT_THAT(all(), ElementsAre(row(2)));
  ASSERT_EQ(go_on(turn_of({}, {withdraw{{"", 2}, withdraw::target::activity, {}}})),
            append_status::committed);
  EXPECT_THAT(all(), IsEmpty());
}

TEST_P(HeartbeatRows, StayWhenAnAttemptFails) {
  put(row(1));
  const attempt_failed failed{{"", 1}, 1, {}, {"busy", "", {}}, at_ms(2'000)};
  ASSERT_EQ(go_on(intake_of({failed})), append_status::committed);
  EXPECT_THAT(all(), ElementsAre(row(1)));
}

TEST_P(HeartbeatRows, GoWithTheirRun) {
  put(row(1));
  put(row(2));
  ASSERT_EQ(go_on(turn_of({}, {complete_run{"1"}})), append_status::committed);
  EXPECT_THAT(all(), IsEmpty());
}

TEST_P(HeartbeatRows, ARefusedUnitTakesNoneAway) {
  put(row(1));
  record r = turn_of({completed(1)}, {});
  const unit late = unit::make(run_, owner_, head(), std::move(r)).value();
  ASSERT_EQ(append_one(*journal_, late).status, append_status::conflict);
  EXPECT_THAT(all(), ElementsAre(row(1)));
}

TEST_P(HeartbeatRows, AreRefusedFromWhoIsFencedAndBeyondTheirLimit) {
  const epoch older = owner_;
  owner_ = journal_->acquire_epoch().value();
  EXPECT_EQ(journal_->put_heartbeat(older, row(1)).error().code, errc::stopped);
  const auto too_long = journal_->put_heartbeat(owner_, row(1, std::string(65'537, '1')));
  EXPECT_EQ(too_long.error().code, errc::limit_exceeded);
  EXPECT_THAT(all(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Stores, HeartbeatRows, ::testing::Bool());

class HeartbeatRowsInAFolder : public HeartbeatRows {};

TEST_P(HeartbeatRowsInAFolder, AreThereWhenTheJournalIsOpenedAgain) {
  put(row(1, "5", 3));
  put(row(2, std::nullopt));
  const auto before = all();
  open();
  EXPECT_EQ(all(), before);
}

// From an attempt that nobody stopped in time: nothing would take it away any more.
TEST_P(HeartbeatRowsInAFolder, ThoseOfRunsThatEndedBeforeThemGoWhenTheJournalIsOpened) {
  ASSERT_EQ(go_on(turn_of({}, {complete_run{"1"}})), append_status::committed);
  put(row(1));
  open();
  EXPECT_THAT(all(), IsEmpty());
  open();
  EXPECT_THAT(all(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Stores, HeartbeatRowsInAFolder, ::testing::Values(true));

}  // namespace
}  // namespace theus::journal
