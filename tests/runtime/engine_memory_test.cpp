#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// What stays in memory and what wakes a run: frame cache, timers, sweep (rules 11, 16).
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::count_of;
using testing::engine_world;
using ::testing::SizeIs;

constexpr activity<std::int64_t(std::int64_t)> twice{"twice"};
constexpr activity<std::string()> work{"work"};
constexpr signal<std::string> word{"word"};

workflow<std::int64_t> counts(context& ctx, std::int64_t calls) {
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < calls; ++i) sum += co_await ctx.call(twice, i);
  co_return sum;
}

workflow<void> sleeps(context& ctx, std::int64_t seconds) {
  co_await ctx.sleep(std::chrono::seconds(seconds));
}

workflow<std::string> works_and_listens(context& ctx) {
  auto [done, first, second] = co_await all(ctx.call(work), ctx.receive(word), ctx.sleep(1h));
  co_return done + first;
}

// Logs when it goes out of scope, as careless code does.
class says_goodbye {
 public:
  explicit says_goodbye(context& ctx) : ctx_(ctx) {}
  ~says_goodbye() { ctx_.log("goodbye"); }

 private:
  context& ctx_;
};

workflow<void> careless(context& ctx) {
  const says_goodbye guard(ctx);
  co_await ctx.receive(word);
}

application sleepers() {
  application app;
  app.add("counts", counts).add("sleeps", sleeps).add("careless", careless);
  app.add("works_and_listens", works_and_listens);
  app.bind(twice, [](std::int64_t value) { return 2 * value; });
  return app;
}

TEST(EngineMemory, Rule16_DestructorThatTouchesTheContextDuringEvictionChangesNothing) {
  engine_world world(sleepers());
  world.options.frame_cache_bytes = 0;
  world.open();
  ASSERT_TRUE(world.start("careless", "w"));
  EXPECT_EQ(world.running().counters().frames, 0u);
  EXPECT_FALSE(world.was_reported("goodbye"));
  EXPECT_THAT(world.records("w"), SizeIs(1));
  ASSERT_TRUE(world.signal("w", "word", R"("go")"));
  EXPECT_TRUE(world.was_reported("goodbye"));
  EXPECT_TRUE(world.outcome("w"));
}

TEST(EngineMemory, AlwaysSuspendingGivesTheSameRecords) {
  std::vector<std::vector<journal::record>> seen;
  for (const std::size_t budget : {std::size_t{256} << 20, std::size_t{0}}) {
    engine_world world(sleepers());
    world.options.frame_cache_bytes = budget;
    world.open();
    ASSERT_TRUE(world.start("counts", "w", "[20]"));
    EXPECT_EQ(world.result_of("w"), "380");
    EXPECT_EQ(world.running().counters().replays, budget == 0 ? 20u : 0u);
    seen.push_back(world.records("w"));
  }
  EXPECT_EQ(seen[0], seen[1]);
}

TEST(EngineMemory, LeastRecentlyUsedFramesGoFirstWhenTheBudgetIsSpent) {
  engine_world world(sleepers());
  world.options.frame_cache_bytes = 64 * 1024;
  world.options.timer_horizon = 48h;
  world.open();
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(world.start("sleeps", "w" + std::to_string(i), "[86400]"));
  }
  const auto counters = world.running().counters();
  EXPECT_LE(counters.frames, 13u);
  EXPECT_GE(counters.frames, 8u);
  EXPECT_EQ(counters.frames + counters.evictions, 100u);
}

TEST(EngineMemory, EvictedRunsActivityIsNotStartedAgain) {
  engine_world world(sleepers());
  world.options.frame_cache_bytes = 0;
  auto& attempts = world.hold("work");
  world.open();
  ASSERT_TRUE(world.start("works_and_listens", "w"));
  ASSERT_TRUE(world.signal("w", "word", R"("!")"));
  world.advance(1h);
  ASSERT_EQ(attempts.count(), 1u);
  attempts[0].complete(R"("done")");
  world.settle();
  EXPECT_EQ(world.result_of("w"), R"("done!")");
}

TEST(EngineMemory, StartUpReadsWhatIsDueNotWhatExists) {
  engine_world world(sleepers());
  world.options.paranoid = false;  // reads what it replays, and here reads are counted
  world.open();
  for (int i = 0; i < 300; ++i) {
    ASSERT_TRUE(world.start("sleeps", "w" + std::to_string(i), i < 3 ? "[60]" : "[86400]"));
  }
  world.crash();
  world.clock.advance(1min);
  const int reads = world.store().reads();
  world.open();
  EXPECT_EQ(world.store().reads() - reads, 3);
  EXPECT_EQ(world.store().instance_lists(), 0);
  EXPECT_EQ(world.running().counters().frames, 0u);
  EXPECT_EQ(world.timer_rows(), 297u);
}

TEST(EngineSweep, FindsARunThatNobodyWokeWithinItsInterval) {
  engine_world world(sleepers());
  world.open();
  journal::started unheard;
  unheard.workflow_id = "w";
  unheard.workflow_type = "counts";
  unheard.arguments = "[3]";
  journal::record first;
  first.body = journal::intake{{unheard}};
  const auto run = journal::run_id::make(journal::shard_key_of("w"), 7, 7);
  std::vector<journal::unit> units;
  units.push_back(journal::unit::make(run, world.running().owner(), {}, std::move(first)).value());
  ASSERT_EQ(world.store().append(units)[0].status, journal::append_status::committed);
  world.settle();
  EXPECT_THAT(world.records("w"), SizeIs(1));
  world.advance(world.options.sweep_interval);
  EXPECT_EQ(world.result_of("w"), "6");
}

// ---- timers

TEST(EngineTimer, BeyondTheHorizonFiresAtItsDeadline) {
  for (const auto horizon : {30'000ms, 1ms}) {
    engine_world world(sleepers());
    world.options.timer_horizon = horizon;
    world.open();
    ASSERT_TRUE(world.start("sleeps", "w", "[120]"));
    for (int second = 1; second < 120; ++second) {
      world.advance(1s);
      ASSERT_FALSE(world.outcome("w")) << second;
    }
    world.advance(1s);
    world.advance(1ms);
    EXPECT_TRUE(world.outcome("w"));
    EXPECT_EQ(count_of<journal::timer_fired>(world.events("w")), 1u);
  }
}

TEST(EngineTimer, ClockThatStepsBackBetweenAlarmAndFiringNeitherLosesNorHurriesIt) {
  engine_world world(sleepers());
  world.open();
  const auto began = world.clock.now();
  ASSERT_TRUE(world.start("sleeps", "w", "[20]"));
  world.clock.set(began + 20s);  // the alarm is on its way
  world.clock.set(began + 5s);
  world.settle();
  EXPECT_FALSE(world.outcome("w"));
  world.advance(14s);
  EXPECT_FALSE(world.outcome("w"));
  world.advance(1s);
  EXPECT_TRUE(world.outcome("w"));
  EXPECT_EQ(count_of<journal::timer_fired>(world.events("w")), 1u);
}

workflow<std::string> sleeps_thirtyfold(context& ctx) {
  std::vector<sleep_operation> sleeps;
  for (int i = 0; i < 30; ++i) sleeps.push_back(ctx.sleep(20s));
  co_await all(std::move(sleeps));
  co_return co_await ctx.receive(word);
}

TEST(EngineTimer, MoreThanATurnHoldsFireInSeveralTurnsBeforeTheNextEvent) {
  application app;
  app.add("sleeps", sleeps_thirtyfold);
  engine_world world(std::move(app));
  world.options.machine_bounds.events_per_turn = 10;
  world.open();
  ASSERT_TRUE(world.start("sleeps", "w"));
  world.clock.advance(20s);  // the signal comes to the shard before the timers' alarm
  ASSERT_TRUE(world.signal("w", "word", R"("late")"));
  EXPECT_EQ(world.result_of("w"), R"("late")");
  EXPECT_EQ(count_of<journal::timer_fired>(world.events("w")), 30u);
  EXPECT_TRUE(world.reports.empty());
}

TEST(EngineTimer, ClockThatWentBackAnHourStillFindsLaterTimersInTime) {
  engine_world world(sleepers());
  world.open();
  const auto began = world.clock.now();
  world.clock.set(began - 1h);
  world.settle();
  ASSERT_TRUE(world.start("sleeps", "w", "[600]"));
  for (int i = 0; i < 60; ++i) world.advance(10s);
  EXPECT_TRUE(world.outcome("w"));
}

TEST(EngineTimer, ClockThatJumpsTenYearsFiresEachTimerOnce) {
  engine_world world(sleepers());
  world.open();
  for (int i = 1; i <= 50; ++i) {
    ASSERT_TRUE(
        world.start("sleeps", "w" + std::to_string(i), "[" + std::to_string(i * 100) + "]"));
  }
  world.advance(24h * 3650);
  for (int i = 1; i <= 50; ++i) {
    EXPECT_TRUE(world.outcome("w" + std::to_string(i)));
    EXPECT_EQ(count_of<journal::timer_fired>(world.events("w" + std::to_string(i))), 1u);
  }
  EXPECT_EQ(world.timer_rows(), 0u);
}

TEST(EngineTimer, DueWhileTheProcessWasDownFiresAtOpen) {
  engine_world world(sleepers());
  world.open();
  ASSERT_TRUE(world.start("sleeps", "w", "[3600]"));
  world.crash();
  world.clock.advance(24h);
  world.open();
  EXPECT_TRUE(world.outcome("w"));
}

TEST(EngineTimer, TurnThatWasLostFiresAgain) {
  engine_world world(sleepers());
  world.open();
  ASSERT_TRUE(world.start("sleeps", "w", "[20]"));
  world.store().fail(testing::faulty_store::fault::unknown_and_lost);
  world.advance(20s);
  EXPECT_TRUE(world.outcome("w"));
  EXPECT_EQ(count_of<journal::timer_fired>(world.events("w")), 1u);
}

}  // namespace
}  // namespace theus
