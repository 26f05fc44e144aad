#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// Attempts: retries, timeouts, crashes, results nobody waits for (rules 24, 25).
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::count_of;
using testing::engine_world;

constexpr activity<std::string()> work{"work"};

template <class Function>
application with(Function function) {
  application app;
  app.add("works", function);
  return app;
}

workflow<std::string> three_attempts(context& ctx) {
  try {
    co_return co_await ctx.call(work)
        .retry({.attempts = 3, .first_interval = 10'000ms, .jitter = 0})
        .non_retryable("hopeless");
  } catch (const activity_failed& e) {
    co_return e.type() + " after " + std::to_string(e.attempt());
  }
}

struct EngineRetry : ::testing::Test {
  engine_world world{with(three_attempts)};
  testing::held_activity& attempts = world.hold("work");
  void SetUp() override {
    world.open();
    ASSERT_TRUE(world.start("works", "w"));
    ASSERT_EQ(attempts.count(), 1u);
  }
};

TEST_F(EngineRetry, Rule24_FailedAttemptIsAnIntakeAndTheNextComesAfterItsInterval) {
  attempts[0].fail("busy");
  world.settle();
  EXPECT_EQ(world.intakes("w"), 1u);
  EXPECT_EQ(world.task_rows(), 0u);
  EXPECT_EQ(world.timer_rows(), 1u);
  world.advance(9'999ms);
  EXPECT_EQ(attempts.count(), 1u);
  world.advance(1ms);
  ASSERT_EQ(attempts.count(), 2u);
  attempts[1].fail("busy");
  world.settle();
  world.advance(19'999ms);
  EXPECT_EQ(attempts.count(), 2u);
  world.advance(1ms);
  ASSERT_EQ(attempts.count(), 3u);
  EXPECT_EQ(attempts[2].self->number(), 3u);
  EXPECT_EQ(attempts[2].self->idempotency_key(), attempts[0].self->idempotency_key());
  attempts[2].complete(R"("done")");
  world.settle();
  EXPECT_EQ(world.result_of("w"), R"("done")");
  EXPECT_EQ(world.timer_rows(), 0u);
  EXPECT_EQ(world.running().counters().turns, 2u);
}

TEST_F(EngineRetry, Rule24_LastAttemptsFailureReachesTheWorkflow) {
  for (std::size_t i = 0; i < 3; ++i) {
    attempts[i].fail("busy");
    world.settle();
    world.advance(1min);
  }
  EXPECT_EQ(world.result_of("w"), R"("busy after 3")");
  EXPECT_EQ(attempts.count(), 3u);
}

TEST_F(EngineRetry, FailuresThatAreNotTriedAgain) {
  attempts[0].fail("hopeless");
  world.settle();
  EXPECT_EQ(world.result_of("w"), R"("hopeless after 1")");
  ASSERT_TRUE(world.start("works", "other"));
  attempts[1].fail("final", false);
  world.settle();
  EXPECT_EQ(world.result_of("other"), R"("final after 1")");
}

TEST_F(EngineRetry, Rule24_AttemptsCountAcrossRestarts) {
  attempts[0].fail("busy");
  world.settle();
  world.crash();
  world.open();
  world.advance(10s);
  ASSERT_EQ(attempts.count(), 1u);
  EXPECT_EQ(attempts[0].self->number(), 2u);
  attempts[0].fail("busy");
  world.settle();
  world.crash();
  world.clock.advance(1h);
  world.open();
  ASSERT_EQ(attempts.count(), 1u);
  EXPECT_EQ(attempts[0].self->number(), 3u);
  attempts[0].fail("busy");
  world.settle();
  EXPECT_EQ(world.result_of("w"), R"("busy after 3")");
}

TEST_F(EngineRetry, Rule24_AttemptThatACrashInterruptedRunsAgainUnderTheSameNumber) {
  const std::string key = attempts[0].self->idempotency_key();
  world.crash();
  world.open();
  ASSERT_EQ(attempts.count(), 1u);
  EXPECT_EQ(attempts[0].self->number(), 1u);
  EXPECT_EQ(attempts[0].self->idempotency_key(), key);
}

TEST_F(EngineRetry, OversizedResultIsAFailureThatIsNotTriedAgain) {
  attempts[0].complete(std::string(3 * 1024 * 1024, '1'));
  world.settle();
  EXPECT_EQ(world.result_of("w"), R"("limit_exceeded after 1")");
}

TEST_F(EngineRetry, StopTellsTheAttemptAndItsFailureThenSaysNothing) {
  bool stopped = false;
  world.running().stop([&stopped] { stopped = true; });
  world.settle();
  EXPECT_TRUE(attempts[0].self->stop().stop_requested());
  EXPECT_FALSE(stopped);
  attempts[0].fail("stopped as asked");
  world.settle();
  EXPECT_TRUE(stopped);
  world.crash();
  world.open();
  ASSERT_EQ(attempts.count(), 1u);
  EXPECT_EQ(attempts[0].self->number(), 1u);
}

TEST_F(EngineRetry, ResultThatComesWhileStoppingIsRecorded) {
  world.running().stop([] {});
  world.settle();
  attempts[0].complete(R"("just in time")");
  world.settle();
  world.crash();
  world.open();
  EXPECT_EQ(world.result_of("w"), R"("just in time")");
  EXPECT_EQ(attempts.count(), 0u);
}

workflow<void> two_at_once(context& ctx) { co_await all(ctx.call(work), ctx.call(work)); }

TEST(EngineStop, Rule24_ResultBehindAnAppendInFlightIsRecordedBeforeTheEnd) {
  engine_world world(with(two_at_once));
  auto& attempts = world.hold("work");
  world.open();
  ASSERT_TRUE(world.start("works", "w"));
  bool stopped = false;
  world.running().stop([&stopped] { stopped = true; });
  attempts[0].complete(R"("one")");
  attempts[1].complete(R"("two")");
  world.settle();
  EXPECT_TRUE(stopped);
  EXPECT_EQ(count_of<journal::activity_completed>(world.events("w")), 2u);
}

// ---- timeouts

workflow<std::string> limited(context& ctx) {
  co_return co_await ctx.call(work)
      .retry({.attempts = 2, .first_interval = 10'000ms, .jitter = 0})
      .start_to_close(5'000ms);
}

TEST(EngineTimeout, Rule24_LateResultOfATimedOutAttemptIsIgnored) {
  engine_world world(with(limited));
  auto& attempts = world.hold("work");
  world.open();
  ASSERT_TRUE(world.start("works", "w"));
  world.advance(5s);
  EXPECT_TRUE(attempts[0].self->stop().stop_requested());
  attempts[0].complete(R"("too late")");
  world.settle();
  EXPECT_FALSE(world.outcome("w"));
  world.advance(10s);
  ASSERT_EQ(attempts.count(), 2u);
  attempts[1].complete(R"("in time")");
  world.settle();
  EXPECT_EQ(world.result_of("w"), R"("in time")");
  EXPECT_EQ(count_of<journal::activity_completed>(world.events("w")), 1u);
}

TEST(EngineTimeout, FollowsTheTimeThatPassesNotTheJumpsOfTheClock) {
  engine_world world(with(limited));
  auto& attempts = world.hold("work");
  world.open();
  ASSERT_TRUE(world.start("works", "w"));
  for (const auto jump : {1h, -2h}) {
    world.clock.set(world.clock.now() + jump);
    world.settle();
    EXPECT_FALSE(attempts[0].self->stop().stop_requested());
  }
  world.advance(5s);
  EXPECT_TRUE(attempts[0].self->stop().stop_requested());
}

TEST(EngineTimeout, Rule24_ResultOfAnEarlierAttemptDuringTheNextIsIgnored) {
  engine_world world(with(limited));
  auto& attempts = world.hold("work");
  world.open();
  ASSERT_TRUE(world.start("works", "w"));
  world.advance(5s);
  world.advance(10s);
  ASSERT_EQ(attempts.count(), 2u);
  attempts[0].complete(R"("too late")");
  world.settle();
  EXPECT_FALSE(world.outcome("w"));
  world.advance(5s);
  EXPECT_EQ((*world.outcome("w")).value().failure.cause.at(0).type, "timeout");
}

// ---- at most once

workflow<std::string> once(context& ctx) {
  try {
    co_return co_await ctx.call(work).at_most_once().start_to_close(60'000ms);
  } catch (const activity_failed& e) {
    co_return e.type();
  }
}

TEST(EngineAtMostOnce, Rule24_StartIsDurableBeforeTheAttemptRuns) {
  engine_world world(with(once));
  auto& attempts = world.hold("work");
  world.open();
  world.store().on_append([&](const journal::unit& unit) {
    for (const auto& each : unit.entries()) {
      if (std::holds_alternative<journal::intake>(each.value.body)) {
        EXPECT_EQ(attempts.count(), 0u);
      }
    }
  });
  ASSERT_TRUE(world.start("works", "w"));
  ASSERT_EQ(attempts.count(), 1u);
  EXPECT_EQ(count_of<journal::attempt_started>(world.events("w")), 1u);
  attempts[0].complete(R"("done")");
  world.settle();
  EXPECT_EQ(world.result_of("w"), R"("done")");
}

TEST(EngineAtMostOnce, Rule24_AttemptThatACrashInterruptedIsNotRunAgain) {
  engine_world world(with(once));
  auto& attempts = world.hold("work");
  world.open();
  ASSERT_TRUE(world.start("works", "w"));
  world.crash();
  world.open();
  EXPECT_EQ(attempts.count(), 0u);
  EXPECT_EQ(world.result_of("w"), R"("interrupted")");
}

TEST(EngineAtMostOnce, Rule24_TimedOutAttemptIsNotTriedAgain) {
  engine_world world(with(once));
  auto& attempts = world.hold("work");
  world.open();
  ASSERT_TRUE(world.start("works", "w"));
  world.advance(1min);
  world.advance(1h);
  EXPECT_EQ(attempts.count(), 1u);
  EXPECT_EQ(world.result_of("w"), R"("timeout")");
}

TEST(EngineAtMostOnce, EvictedRunsAttemptGoesOn) {
  engine_world world(with(once));
  world.options.frame_cache_bytes = 0;
  auto& attempts = world.hold("work");
  world.open();
  ASSERT_TRUE(world.start("works", "w"));
  world.advance(30s);
  EXPECT_EQ(world.running().counters().frames, 0u);
  ASSERT_EQ(attempts.count(), 1u);
  attempts[0].complete(R"("done")");
  world.settle();
  EXPECT_EQ(world.result_of("w"), R"("done")");
}

// ---- unknown activities

TEST(EngineUnknownActivity, IsTriedAgainUntilABinaryBringsIt) {
  engine_world world(with(three_attempts));
  world.open();
  ASSERT_TRUE(world.start("works", "w"));
  EXPECT_TRUE(world.was_reported("'work'"));
  for (int i = 0; i < 20; ++i) world.advance(1h);
  EXPECT_FALSE(world.outcome("w"));
  EXPECT_EQ(world.stuck().size(), 0u);
  world.crash();
  world.app.bind(work, [] { return std::string("at last"); });
  world.open();
  world.advance(1h);
  EXPECT_EQ(world.result_of("w"), R"("at last")");
}

// ---- rule 25

workflow<std::string> gives_up(context& ctx) {
  const auto value = co_await ctx.call(work).within(1min);
  co_await ctx.sleep(1h);
  co_return value.value_or("gave up");
}

TEST(EngineWithdrawn, Rule25_LosersAttemptIsStoppedAndItsResultDropped) {
  engine_world world(with(gives_up));
  auto& attempts = world.hold("work");
  world.open();
  ASSERT_TRUE(world.start("works", "w"));
  world.advance(1min);
  EXPECT_TRUE(attempts[0].self->stop().stop_requested());
  EXPECT_EQ(world.task_rows(), 0u);
  const auto before = world.records("w").size();
  attempts[0].complete(R"("late")");
  world.settle();
  EXPECT_EQ(world.records("w").size(), before);
  world.advance(1h);
  EXPECT_EQ(world.result_of("w"), R"("gave up")");
}

workflow<void> ends_at_once(context&) { co_return; }

workflow<void> wishes_in_vain(context& ctx) { co_await any(ctx.call(work), ends_at_once(ctx)); }

TEST(EngineWithdrawn, Rule25_ScheduledAndWithdrawnInOneTurnNeverRuns) {
  engine_world world(with(wishes_in_vain));
  auto& attempts = world.hold("work");
  world.open();
  ASSERT_TRUE(world.start("works", "w"));
  EXPECT_EQ(attempts.count(), 0u);
  EXPECT_TRUE(world.outcome("w"));
}

// ---- many at once

workflow<void> many(context& ctx, std::int64_t count) {
  std::vector<call_operation<std::string>> calls;
  for (std::int64_t i = 0; i < count; ++i) calls.push_back(ctx.call(work));
  co_await all(std::move(calls));
}

TEST(EngineDispatch, NoMoreThanTheBoundRunAndRunsTakeTurns) {
  engine_world world(with(many));
  world.options.activities_at_once = 10;
  auto& attempts = world.hold("work");
  world.open();
  ASSERT_TRUE(world.start("works", "large", "[100]"));
  ASSERT_TRUE(world.start("works", "small", "[1]"));
  EXPECT_EQ(attempts.count(), 10u);
  for (std::size_t i = 0; i < 2; ++i) attempts[i].complete(R"("done")");
  world.settle();
  EXPECT_EQ(attempts.count(), 12u);
  attempts[11].complete(R"("done")");
  attempts[10].complete(R"("done")");
  world.settle();
  EXPECT_TRUE(world.outcome("small"));
  for (std::size_t i = 2; i < 101; ++i) {
    if (i != 10 && i != 11) attempts[i].complete(R"("done")");
    world.settle();
  }
  EXPECT_TRUE(world.outcome("large"));
  EXPECT_EQ(attempts.count(), 101u);
}

}  // namespace
}  // namespace theus
