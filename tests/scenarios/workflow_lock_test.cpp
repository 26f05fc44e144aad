#include <gmock/gmock.h>

#include "scenarios/deposits.hpp"

namespace scenarios {
namespace {

using namespace std::chrono_literals;
using namespace workflow_lock;

theus::application locked_bank() {
  theus::application app;
  app.add("keep_lock", keep_lock);
  app.add("deposit", deposit);
  return app;
}

request wish_of(const char* by, std::chrono::minutes lease) {
  request wish;
  wish.by = by;
  wish.lease = lease;
  return wish;
}

class WorkflowLock : public ::testing::Test {
 protected:
  WorkflowLock() { at.open_in(env); }

  environment env{locked_bank()};
  bank at;
  theus::testing::run<std::int64_t> lock = env.start(keep_lock, "lock");
};

TEST_F(WorkflowLock, LetsOneInAfterTheOther) {
  env.delay(set_balance, 1min);
  const auto begin = env.now();
  auto a = env.start(deposit, "a", "lock", "joint", 1);
  auto b = env.start(deposit, "b", "lock", "joint", 10);
  EXPECT_EQ(env.attempts_of(balance).size(), 1u);
  a.result();
  EXPECT_EQ(env.attempts_of(balance).size(), 2u);
  b.result();
  EXPECT_EQ(env.now() - begin, 2min);
  EXPECT_EQ(at.cents["joint"], 11);
}

TEST_F(WorkflowLock, WaitsForWhoIsGoneUntilTheLeaseRunsOut) {
  const auto begin = env.now();
  lock.signal(requested, wish_of("nobody", 60min));
  auto a = env.start(deposit, "a", "lock", "joint", 1);
  a.result();
  EXPECT_EQ(env.now() - begin, 60min);
}

TEST_F(WorkflowLock, ReleasesNothingForATicketOfBefore) {
  lock.signal(requested, wish_of("nobody", 10min));
  lock.signal(requested, wish_of("somebody", 60min));
  auto waiting = env.start(deposit, "waiting", "lock", "joint", 1);
  env.advance(11min);
  lock.signal(released, 1);
  EXPECT_FALSE(waiting.is_finished());
  lock.signal(released, 2);
  EXPECT_TRUE(waiting.is_finished());
}

TEST_F(WorkflowLock, WhoseLeaseHasRunOutWritesNothing) {
  env.delay(balance, 6min, theus::testing::attempts::only(1));  // longer than its lease
  auto slow = env.start(deposit, "slow", "lock", "joint", 1);
  auto next = env.start(deposit, "next", "lock", "joint", 10);
  EXPECT_EQ(slow.failure().type, "activity_failed");
  EXPECT_EQ(at.cents["joint"], 0);
  next.outcome();
  lock.signal(closed, true);
  EXPECT_EQ(lock.result(), 2);
}

TEST(WorkflowLockRehearsed, SurvivesAKillAtEachAppend) {
  expect_survives(locked_bank(), three_deposits(deposit));
}
TEST(WorkflowLockRehearsed, HoldsInAnyOrder) {
  expect_any_order(locked_bank(), three_deposits(deposit), {"all", "some were refused"},
                   {.failures = 1});
}
// As long as no lease runs out, nobody has to be refused.
TEST(WorkflowLockRehearsed, HoldsWithoutTicketsWhileLeasesLast) {
  expect_any_order(locked_bank(), three_deposits(deposit, false), {"all"},
                   {.executions = 8'000, .time_races = false});
}

}  // namespace
}  // namespace scenarios
