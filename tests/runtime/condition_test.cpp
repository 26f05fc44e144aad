#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "support/machine_driver.hpp"

namespace theus {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::machine_driver;

constexpr activity<std::int64_t(std::int64_t)> work{"work"};
constexpr signal<std::int64_t> number_signal{"number"};
constexpr signal<std::int64_t> go{"go"};

workflow<void> counts_signals(context& ctx) {
  while (true) {
    co_await ctx.receive(number_signal);
    ctx["count"] = ctx["count"].value_or<std::int64_t>(0) + 1;
  }
}

workflow<std::int64_t> waits_for_three(context& ctx) {
  auto counter = ctx.spawn(counts_signals(ctx));
  co_await ctx.until([&] { return ctx["count"].value_or<std::int64_t>(0) == 3; });
  counter.cancel();
  co_return ctx["count"].as<std::int64_t>();
}

TEST(Condition, IsAskedBehindEachEventUntilItHolds) {
  auto driver = machine_driver::running(waits_for_three);
  driver.start();
  EXPECT_THAT(driver.state().inner_waits(), ElementsAre("a condition"));
  for (int i = 0; i < 2; ++i) {
    driver.signal("number", "1");
    EXPECT_FALSE(driver.is_finished());
    driver.evict();
  }
  driver.signal("number", "1");
  EXPECT_EQ(driver.result(), "3");
  EXPECT_FALSE(driver.replay());
}

workflow<void> takes_from(context& ctx, std::string who) {
  const auto left = [&] { return ctx["left"].value_or<std::int64_t>(0); };
  co_await ctx.until([&] { return left() > 0; });
  // Or the promise of until() is broken.
  if (left() == 0) throw failure("nothing left for " + who);
  ctx["left"] = left() - 1;
  ctx["takers"] = ctx["takers"].value_or<std::string>("") + who;
}

workflow<std::string> several_take(context& ctx) {
  ctx.spawn(takes_from(ctx, "a"));
  ctx.spawn(takes_from(ctx, "b"));
  ctx.spawn(takes_from(ctx, "c"));
  for (int i = 0; i < 2; ++i) {
    const std::int64_t more = co_await ctx.receive(number_signal);
    ctx["left"] = ctx["left"].value_or<std::int64_t>(0) + more;
  }
  co_await ctx.receive(go);
  co_return ctx["takers"].as<std::string>();
}

TEST(Condition, HoldsWhenItsCoroutineGoesOnAndTheFirstThatAwaitedGoesFirst) {
  auto driver = machine_driver::running(several_take);
  driver.start();
  driver.signal("number", "2");
  EXPECT_EQ(driver.state().inner_waits().size(), 1u);
  driver.signal("number", "1");
  driver.signal("go", "1");
  EXPECT_EQ(driver.result(), "\"abc\"");
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> waits_a_while(context& ctx) {
  bool done = false;
  const bool held = co_await ctx.until([&] { return done; }).within(1h);
  done = true;
  const bool then = co_await ctx.until([&] { return done; }).within(1h);
  co_return std::string(held ? "held " : "timed out ") + (then ? "held" : "timed out");
}

TEST(Condition, IsGivenUpWithin) {
  auto driver = machine_driver::running(waits_a_while);
  driver.start();
  driver.advance(1h);
  driver.fire_due();
  EXPECT_EQ(driver.result(), "\"timed out held\"");
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> is_cancelled(context& ctx) {
  try {
    co_await ctx.until([] { return false; });
  } catch (const cancelled&) {
    co_return "cancelled";
  }
  co_return "held";
}

TEST(Condition, Rule26_ThrowsWhenItsScopeIsCancelled) {
  auto driver = machine_driver::running(is_cancelled);
  driver.start();
  EXPECT_TRUE(driver.state().is_deadlocked());
  EXPECT_FALSE(driver.is_finished());
  driver.cancel();
  EXPECT_EQ(driver.result(), "\"cancelled\"");
  EXPECT_FALSE(driver.replay());
}

workflow<void> throws_in_its_condition(context& ctx) {
  co_await ctx.until([]() -> bool { throw failure("asked", "no"); });
}

TEST(Condition, WhatAskingThrowsIsThrownWhereItIsAwaited) {
  auto driver = machine_driver::running(throws_in_its_condition);
  driver.start();
  ASSERT_TRUE(driver.failure());
  EXPECT_EQ(driver.failure()->type, "asked");
}

enum class deed { time, random, log, write, erase, spawn, version };

workflow<void> nothing(context&) { co_return; }

workflow<void> acts_in_its_condition(context& ctx, std::int64_t what) {
  co_await ctx.until([&] {
    switch (static_cast<deed>(what)) {
      case deed::time:
        return ctx.now() > time_point{};
      case deed::random:
        return ctx.random().bernoulli(0.5);
      case deed::log:
        ctx.log("asked");
        return true;
      case deed::write:
        ctx["asked"] = true;
        return true;
      case deed::erase:
        return ctx["asked"].erase();
      case deed::spawn:
        ctx.spawn(nothing(ctx));
        return true;
      case deed::version:
        return ctx.version("change", 1, 2) == 2;
    }
    return true;
  });
}

TEST(Condition, ThatDoesMoreThanLookIsABug) {
  for (int what = 0; what <= static_cast<int>(deed::version); ++what) {
    auto driver = machine_driver::running(acts_in_its_condition);
    driver.start("[" + std::to_string(what) + "]");
    ASSERT_TRUE(driver.bug()) << what;
    EXPECT_THAT(driver.bug()->message, HasSubstr("a condition only looks"));
  }
}

workflow<void> sleeps_long(context& ctx) { co_await ctx.sleep(1h); }

workflow<void> cancels_in_its_condition(context& ctx) {
  auto sleeping = ctx.spawn(sleeps_long(ctx));
  co_await ctx.until([&] {
    sleeping.cancel();
    return false;
  });
}

TEST(Condition, OneThatMakesAnotherStrandGoOnIsABug) {
  auto driver = machine_driver::running(cancels_in_its_condition);
  driver.start();
  ASSERT_TRUE(driver.bug());
  EXPECT_THAT(driver.bug()->message, HasSubstr("a condition only looks"));
}

workflow<void> looks_for_ever(context& ctx) {
  while (true) co_await ctx.until([] { return true; });
}

TEST(Condition, ThatAlwaysHoldsInALoopIsABugAndNotATurnWithoutEnd) {
  auto driver = machine_driver::running(looks_for_ever);
  driver.start();
  ASSERT_TRUE(driver.bug());
  EXPECT_THAT(driver.bug()->message, HasSubstr("more than 2500000 resumptions of coroutines"));
  EXPECT_THAT(driver.bug()->location, HasSubstr("condition_test.cpp:"));
}

// What the strand beside the loop sees of its iterations has to be there on replay from a
// checkpoint, although the iterations are one step then.
workflow<next<std::int64_t>> counts_up(context& ctx, std::int64_t number) {
  co_await ctx.call(work, number);
  ctx["number"] = number;
  if (number == 6) co_return theus::stop;
  co_return theus::again(number + 1);
}

workflow<std::string> watches(context& ctx) {
  std::string seen;
  for (const std::int64_t least : {2, 4}) {
    co_await ctx.until([&] { return ctx["number"].value_or<std::int64_t>(0) >= least; });
    seen += std::to_string(ctx["number"].as<std::int64_t>());
  }
  co_return seen;
}

workflow<std::string> watches_a_loop(context& ctx) {
  auto watching = ctx.spawn(watches(ctx));
  co_await ctx.loop("counting", counts_up, 1);
  co_await ctx.receive(go);
  co_return co_await std::move(watching);
}

TEST(Condition, Rule19_IterationThatItHeldBehindStaysInAShortenedHistory) {
  auto driver = machine_driver::running(watches_a_loop);
  driver.start();
  for (int i = 1; i <= 6; ++i) {
    const std::string scope = "2/" + std::to_string(i);
    driver.complete(journal::command_id{scope, 1}, "0");
    ASSERT_FALSE(driver.bug());
    ASSERT_TRUE(driver.evict_to_checkpoint(driver.records().size())) << i;
  }
  const auto taken =
      driver.checkpoint_after(*testing::type_of(watches_a_loop), driver.records().size());
  ASSERT_TRUE(taken);
  std::vector<std::uint32_t> iterations;
  for (const auto& turn : taken->turns) {
    for (const auto& step : turn.steps) {
      if (const auto* over = std::get_if<closed_scope>(&step.what)) {
        iterations.push_back(over->how.iteration);
      }
    }
  }
  EXPECT_THAT(iterations, ElementsAre(2, 4, 6));
  driver.signal("go", "1");
  EXPECT_EQ(driver.result(), "\"24\"");
  EXPECT_FALSE(driver.replay());
}

// Order between a condition outside and a phase that ends by the same event (decision 11).
workflow<void> waits_to_be_cancelled(context& ctx) {
  try {
    co_await ctx.sleep(1h);
  } catch (const cancelled&) {
  }
  ctx["closed"] = true;
}

workflow<void> runs_a_part(context& ctx) { co_await ctx.phase("part", waits_to_be_cancelled); }

workflow<std::string> asks_between(context& ctx) {
  co_await ctx.until([&] { return ctx["said"].value_or(false); });
  co_return ctx["closed"].exists() ? "behind the end" : "before the end";
}

workflow<std::string> closes_beside(context& ctx) {
  auto asking = ctx.spawn(asks_between(ctx));
  auto part = ctx.spawn(runs_a_part(ctx));
  co_await ctx.receive(go);
  part.cancel();
  ctx["said"] = true;
  const std::string text = co_await std::move(asking);
  co_await part.join();
  co_return ctx["closed"].exists() ? text : "not closed";
}

TEST(Condition, IsAskedBeforeAPhaseOfTheSameEventCloses) {
  auto driver = machine_driver::running(closes_beside);
  driver.start();
  driver.signal("go", "1");
  EXPECT_EQ(driver.result(), "\"before the end\"");
  EXPECT_FALSE(driver.replay());
}

}  // namespace
}  // namespace theus
