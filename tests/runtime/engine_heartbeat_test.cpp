#include <gmock/gmock.h>

#include "theus/heartbeat.hpp"
#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// Heartbeats: what an attempt says while it runs, and what its successor finds.
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::count_of;
using testing::engine_world;

constexpr activity<std::string()> work{"work"};

workflow<std::string> beating(context& ctx) {
  try {
    co_return co_await ctx.call(work)
        .retry({.attempts = 3, .first_interval = 10'000ms, .coefficient = 1, .jitter = 0})
        .heartbeat_timeout(40s);
  } catch (const activity_failed& e) {
    co_return e.type() + " after " + std::to_string(e.attempt());
  }
}

workflow<std::string> patient(context& ctx) {
  co_return co_await ctx.call(work).retry(
      {.first_interval = 10'000ms, .coefficient = 1, .jitter = 0});
}

workflow<void> gives_up(context& ctx) {
  co_await ctx.call(work).heartbeat_timeout(40s).within(30s);
  co_await ctx.sleep(24h);
}

struct EngineHeartbeat : ::testing::Test {
  static application all() {
    application app;
    app.add("beats", beating);
    app.add("patient", patient);
    app.add("gives_up", gives_up);
    return app;
  }
  engine_world world{all()};
  testing::held_activity& attempts = world.hold("work");

  void start(const char* type) {
    world.open();
    ASSERT_TRUE(world.start(type, "w"));
    ASSERT_EQ(attempts.count(), 1u);
  }
  std::vector<journal::heartbeat_row> rows() {
    return world.store().heartbeats(world.run_of("w")).value();
  }
  // In small steps: heartbeats are looked at again and again.
  static void pass(engine_world& in, std::chrono::milliseconds time) {
    for (; time > 500ms; time -= 500ms) in.advance(500ms);
    in.advance(time);
  }
  void pass(std::chrono::milliseconds time) { pass(world, time); }
  attempt& running(std::size_t i) { return *attempts[i].self; }
};

TEST_F(EngineHeartbeat, SilenceIsAFailedAttemptThatIsTriedAgain) {
  start("beats");
  pass(40s - 1ms);
  EXPECT_FALSE(running(0).stop().stop_requested());
  pass(1ms);
  EXPECT_TRUE(running(0).stop().stop_requested());
  EXPECT_FALSE(running(0).heartbeat());
  EXPECT_EQ(count_of<journal::attempt_failed>(world.events("w")), 1u);
  pass(10s);
  ASSERT_EQ(attempts.count(), 2u);
  pass(50s);
  ASSERT_EQ(attempts.count(), 3u);
  pass(40s);
  EXPECT_EQ(world.result_of("w"), R"("heartbeat_timeout after 3")");
}

TEST_F(EngineHeartbeat, NoTimeoutWhileHeartbeatsArrive) {
  start("beats");
  for (int i = 0; i < 100; ++i) {
    pass(39s);
    EXPECT_TRUE(running(0).heartbeat());
  }
  attempts[0].complete(R"("done")");
  world.settle();
  EXPECT_EQ(world.result_of("w"), R"("done")");
}

TEST_F(EngineHeartbeat, TimeoutComesAtMostAQuarterLateAndNeverEarly) {
  for (int seconds = 0; seconds < 40; seconds += 3) {
    engine_world one(all());
    auto& held = one.hold("work");
    one.open();
    ASSERT_TRUE(one.start("beats", "w"));
    pass(one, std::chrono::seconds(seconds));
    held[0].self->heartbeat();
    pass(one, 40s - 1ms);
    EXPECT_FALSE(held[0].self->stop().stop_requested()) << seconds;
    pass(one, 10s + 501ms);  // and what looks at it is late by a step
    EXPECT_TRUE(held[0].self->stop().stop_requested()) << seconds;
  }
}

TEST_F(EngineHeartbeat, JumpsOfTheClockAreNotSilence) {
  start("beats");
  for (const auto jump : {1h, -2h, 5h}) {
    world.clock.set(world.clock.now() + jump);
    world.settle();
    EXPECT_TRUE(running(0).heartbeat());
  }
  pass(20s);
  EXPECT_FALSE(running(0).stop().stop_requested());
}

TEST_F(EngineHeartbeat, DetailsReachTheNextAttempt) {
  start("patient");
  EXPECT_EQ(running(0).last_heartbeat<int>(), std::nullopt);
  running(0).heartbeat(7);
  running(0).heartbeat();
  running(0).heartbeat(8);
  EXPECT_EQ(running(0).last_heartbeat<int>(), std::nullopt);
  attempts[0].fail("busy");
  world.settle();
  pass(10s);
  ASSERT_EQ(attempts.count(), 2u);
  EXPECT_EQ(running(1).last_heartbeat<int>(), 8);
  running(1).heartbeat();
  attempts[1].fail("busy");
  world.settle();
  pass(10s);
  ASSERT_EQ(attempts.count(), 3u);
  EXPECT_EQ(running(2).last_heartbeat<int>(), 8);
}

TEST_F(EngineHeartbeat, DetailsOfAnAttemptThatACrashInterruptedAreThere) {
  start("patient");
  running(0).heartbeat(std::string("page 3"));
  world.settle();
  world.crash();
  world.open();
  ASSERT_EQ(attempts.count(), 1u);
  EXPECT_EQ(running(0).number(), 1u);
  EXPECT_EQ(running(0).last_heartbeat<std::string>(), "page 3");
}

TEST_F(EngineHeartbeat, DetailsThatAreNoSuchTypeAreRefused) {
  start("patient");
  running(0).heartbeat(std::string("page 3"));
  world.settle();
  world.crash();
  world.open();
  EXPECT_THROW((void)running(0).last_heartbeat<int>(), codec_error);
}

// What is not written yet is written when its interval ends, though no heartbeat follows.
TEST_F(EngineHeartbeat, DetailsAreWrittenOncePerIntervalAndTheLastOnesAreNotForgotten) {
  start("beats");
  const auto written = [&] { return rows().at(0).details.value(); };
  for (int i = 0; i <= 9; ++i) running(0).heartbeat(i);
  world.settle();
  EXPECT_EQ(written(), "0");
  pass(999ms);
  EXPECT_EQ(written(), "0");
  pass(1ms);
  EXPECT_EQ(written(), "9");
  running(0).heartbeat(10);
  world.settle();
  EXPECT_EQ(written(), "9");
  pass(1s);
  EXPECT_EQ(written(), "10");
}

TEST_F(EngineHeartbeat, Rule24TheyAreInNoRecord) {
  start("beats");
  const auto before = world.records("w").size();
  for (int i = 0; i < 50; ++i) {
    running(0).heartbeat(i);
    pass(1s);
  }
  EXPECT_EQ(world.records("w").size(), before);
}

TEST_F(EngineHeartbeat, Rule03TheirRowGoesWithTheCall) {
  start("patient");
  running(0).heartbeat(1);
  world.settle();
  ASSERT_EQ(rows().size(), 1u);
  running(0).heartbeat(2);
  attempts[0].complete(R"("done")");
  world.settle();
  EXPECT_TRUE(rows().empty());
  running(0).heartbeat(3);
  pass(1min);
  EXPECT_TRUE(rows().empty());
}

TEST_F(EngineHeartbeat, Rule25ALoserIsToldToStopAndLeavesNoRow) {
  start("gives_up");
  EXPECT_TRUE(running(0).heartbeat(1));
  pass(30s);
  EXPECT_FALSE(running(0).heartbeat(2));
  pass(1min);
  EXPECT_TRUE(rows().empty());
}

TEST_F(EngineHeartbeat, Rule26CancellationReachesTheAttempt) {
  start("beats");
  EXPECT_TRUE(running(0).heartbeat(1));
  ASSERT_TRUE(world.cancel("w"));
  EXPECT_FALSE(running(0).heartbeat(2));
}

TEST_F(EngineHeartbeat, LongDetailsAreRefusedByName) {
  start("patient");
  try {
    running(0).heartbeat(std::string(70'000, 'x'));
    FAIL() << "was taken";
  } catch (const failure& e) {
    EXPECT_EQ(e.type(), "limit_exceeded");
    EXPECT_FALSE(e.is_retryable());
  }
  EXPECT_TRUE(running(0).heartbeat(std::string(60'000, 'x')));
}

TEST_F(EngineHeartbeat, GracefulStopKeepsTheLastDetails) {
  start("patient");
  running(0).heartbeat(1);
  running(0).heartbeat(2);
  bool stopped = false;
  world.running().stop([&stopped] { stopped = true; });
  world.settle();
  EXPECT_FALSE(running(0).heartbeat(3));
  attempts[0].fail("told to stop");
  world.settle();
  ASSERT_TRUE(stopped);
  EXPECT_EQ(rows().at(0).details, "3");
}

}  // namespace
}  // namespace theus
