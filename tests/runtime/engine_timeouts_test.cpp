#include <gmock/gmock.h>

#include "theus/runtime/describe.hpp"
#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// Schedule-to-start and schedule-to-close: deadlines that are recorded and hold in any process.
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::count_of;
using testing::engine_world;

constexpr activity<std::string()> work{"work"};

std::string told(const activity_failed& e) {
  const auto& cause = e.cause().cause;
  return e.type() + (cause.empty() ? "" : " after " + cause.front().type);
}

application with(workflow<std::string> (*function)(context&)) {
  application app;
  app.add("works", function);
  return app;
}

workflow<std::string> an_hour_in_all(context& ctx) {
  try {
    co_return co_await ctx.call(work)
        .retry({.first_interval = 10min, .coefficient = 1, .maximum_interval = 10min, .jitter = 0})
        .schedule_to_close(1h);
  } catch (const activity_failed& e) {
    co_return told(e);
  }
}

struct EngineScheduleToClose : ::testing::Test {
  engine_world world{with(an_hour_in_all)};
  testing::held_activity& attempts = world.hold("work");
  void SetUp() override {
    world.open();
    ASSERT_TRUE(world.start("works", "w"));
    ASSERT_EQ(attempts.count(), 1u);
  }
};

TEST_F(EngineScheduleToClose, Rule02DeadlineIsRecordedWithTheCommand) {
  const auto records = world.records("w");
  const auto& turn = std::get<journal::turn>(records.at(0).body);
  const auto& called = std::get<journal::schedule_activity>(turn.commands.at(0));
  EXPECT_EQ(called.timeouts.close_by, records.at(0).raw_time + 1h);
}

TEST_F(EngineScheduleToClose, DeadlineIsShownWithTheCall) {
  const auto records = world.records("w");
  const auto& turn = std::get<journal::turn>(records.at(0).body);
  EXPECT_EQ(describe(turn.commands.at(0)),
            "#1 call work [], ends by " + to_text(records.at(0).raw_time + 1h));
}

TEST_F(EngineScheduleToClose, AttemptThatRunsThenIsToldToStopAndTheCallFails) {
  world.advance(1h - 1ms);
  EXPECT_FALSE(world.outcome("w"));
  world.advance(1ms);
  EXPECT_TRUE(attempts[0].self->stop().stop_requested());
  EXPECT_EQ(world.result_of("w"), R"("schedule_to_close_timeout")");
  attempts[0].complete(R"("too late")");
  world.settle();
  EXPECT_EQ(count_of<journal::activity_completed>(world.events("w")), 1u);
}

TEST_F(EngineScheduleToClose, FailureOfTheAttemptBeforeIsTheCause) {
  attempts[0].fail("busy");
  world.settle();
  world.advance(10min);
  ASSERT_EQ(attempts.count(), 2u);
  world.advance(50min);
  EXPECT_EQ(world.result_of("w"), R"("schedule_to_close_timeout after busy")");
}

TEST_F(EngineScheduleToClose, FailureWhoseNextAttemptWouldBeTooLateIsTheCalls) {
  world.advance(51min);
  attempts[0].fail("busy");
  world.settle();
  EXPECT_EQ(world.result_of("w"), R"("busy")");
  world.advance(24h);
  EXPECT_EQ(attempts.count(), 1u);
}

TEST_F(EngineScheduleToClose, HoldsWhenItPassesWhileNoProcessRuns) {
  world.crash();
  world.clock.set(world.clock.now() + 2h);
  world.open();
  EXPECT_EQ(attempts.count(), 0u);
  EXPECT_EQ(world.result_of("w"), R"("schedule_to_close_timeout")");
}

TEST_F(EngineScheduleToClose, HoldsForAnAttemptThatIsRunAgainAfterACrash) {
  world.crash();
  world.clock.set(world.clock.now() + 40min);
  world.open();
  ASSERT_EQ(attempts.count(), 1u);
  world.advance(20min - 1ms);
  EXPECT_FALSE(world.outcome("w"));
  world.advance(1ms);
  EXPECT_EQ(world.result_of("w"), R"("schedule_to_close_timeout")");
}

workflow<std::string> nothing_bound(context& ctx) {
  constexpr activity<std::string()> missing{"missing"};
  try {
    co_return co_await ctx.call(missing).schedule_to_close(1min);
  } catch (const activity_failed& e) {
    co_return e.type();
  }
}

TEST(EngineTimeouts, ScheduleToCloseEndsTheWaitForABinaryThatBindsTheActivity) {
  engine_world world(with(nothing_bound));
  world.open();
  ASSERT_TRUE(world.start("works", "w"));
  for (int second = 0; second < 60; ++second) world.advance(1s);
  EXPECT_EQ(world.result_of("w"), R"("unknown_activity")");
}

// ---- schedule-to-start

workflow<std::string> soon_or_not(context& ctx) {
  try {
    co_return co_await ctx.call(work)
        .retry({.attempts = 3,
                .first_interval = 1h,
                .coefficient = 1,
                .maximum_interval = 1h,
                .jitter = 0})
        .schedule_to_start(1min);
  } catch (const activity_failed& e) {
    co_return e.type() + " " + std::to_string(e.attempt());
  }
}

workflow<void> waits_for_ever(context& ctx) { co_await ctx.call(work); }

// Another run has the only place of the queue.
struct EngineScheduleToStart : ::testing::Test {
  static application application_with_a_queue() {
    application app = with(soon_or_not);
    app.add("occupies", waits_for_ever);
    app.queue("one", {.at_once = 1}, work);
    return app;
  }
  engine_world world{application_with_a_queue()};
  testing::held_activity& attempts = world.hold("work");
};

TEST_F(EngineScheduleToStart, WhatWaitsTooLongForAPlaceFailsAndIsNotTriedAgain) {
  world.open();
  ASSERT_TRUE(world.start("occupies", "other"));
  ASSERT_TRUE(world.start("works", "w"));
  world.advance(1min - 1ms);
  EXPECT_FALSE(world.outcome("w"));
  world.advance(1ms);
  EXPECT_EQ(world.result_of("w"), R"("schedule_to_start_timeout 1")");
  attempts[0].complete("null");
  world.advance(24h);
  EXPECT_EQ(attempts.count(), 1u);
}

TEST_F(EngineScheduleToStart, IsOverOnceTheAttemptBegins) {
  world.open();
  ASSERT_TRUE(world.start("works", "w"));
  world.advance(24h);
  EXPECT_FALSE(world.outcome("w"));
  attempts[0].complete(R"("done")");
  world.settle();
  EXPECT_EQ(world.result_of("w"), R"("done")");
}

TEST_F(EngineScheduleToStart, BeginsAnewForEachAttempt) {
  world.open();
  ASSERT_TRUE(world.start("works", "w"));
  attempts[0].fail("busy");
  world.settle();
  ASSERT_TRUE(world.start("occupies", "other"));
  world.advance(1h);
  ASSERT_EQ(attempts.count(), 2u);
  world.advance(1min - 1ms);
  EXPECT_FALSE(world.outcome("w"));
  world.advance(1ms);
  EXPECT_EQ(world.result_of("w"), R"("schedule_to_start_timeout 2")");
}

TEST_F(EngineScheduleToStart, AttemptThatACrashInterruptedHadBegunInTime) {
  world.open();
  ASSERT_TRUE(world.start("works", "w"));
  ASSERT_EQ(attempts.count(), 1u);
  world.crash();
  world.clock.set(world.clock.now() + 1h);
  world.open();
  ASSERT_EQ(attempts.count(), 1u);
  attempts[0].complete(R"("done")");
  world.settle();
  EXPECT_EQ(world.result_of("w"), R"("done")");
}

TEST_F(EngineScheduleToStart, WhatHadNotBegunWhenTheProcessEndedFailsAfterItsDeadline) {
  world.open();
  ASSERT_TRUE(world.start("occupies", "other"));
  ASSERT_TRUE(world.start("works", "w"));
  world.crash();
  world.clock.set(world.clock.now() + 1h);
  world.open();
  world.settle();
  EXPECT_EQ(world.result_of("w"), R"("schedule_to_start_timeout 1")");
}

}  // namespace
}  // namespace theus
