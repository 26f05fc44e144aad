#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "support/machine_driver.hpp"

namespace theus {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::machine_driver;
using testing::type_of;

constexpr activity<std::int64_t(std::int64_t)> work{"work"};
constexpr activity<void(std::string)> note{"note"};
constexpr signal<std::int64_t> number_signal{"number"};

workflow<std::int64_t> sums(context& ctx) {
  auto [a, b, slept] = co_await theus::all(ctx.call(work, 1), ctx.call(work, 2), ctx.sleep(1s));
  co_return a + b;
}

TEST(Combinators, Rule29_OperationsAreNumberedInParameterOrderWhateverOrderMadeThem) {
  auto driver = machine_driver::running(sums);
  driver.start();
  EXPECT_THAT(driver.commands(), ElementsAre("#1 call work [1]", "#2 call work [2]",
                                             "#3 sleep until 2026-01-01T00:00:01.000000Z"));
}

TEST(Combinators, AllWaitsForEveryOne) {
  auto driver = machine_driver::running(sums);
  driver.start();
  driver.complete(2, "20");
  driver.complete(1, "10");
  EXPECT_FALSE(driver.is_finished());
  driver.advance(1s);
  driver.fire_due();
  EXPECT_EQ(driver.result(), "30");
  EXPECT_FALSE(driver.replay());
}

TEST(Combinators, Rule25_FirstFailureOfAllWithdrawsTheOthers) {
  auto driver = machine_driver::running(sums);
  driver.start();
  driver.fail(2, "broken");
  EXPECT_THAT(driver.commands(),
              ElementsAre("#1 withdraw activity", "#3 withdraw timer",
                          "fail activity_failed: activity work failed at attempt 1: broken: it "
                          "failed"));
  EXPECT_FALSE(driver.replay());
}

workflow<std::size_t> races(context& ctx) {
  auto first = co_await theus::any(ctx.call(work, 1), ctx.receive(number_signal), ctx.sleep(1h));
  co_await ctx.sleep(1s);
  co_return first.index();
}

TEST(Combinators, Rule25_LosingLeavesAreWithdrawnAtOnceAndLateResultsDropped) {
  auto driver = machine_driver::running(races);
  driver.start();
  driver.signal("number", "1");
  EXPECT_THAT(driver.commands(), ElementsAre("#1 withdraw activity", "#3 withdraw timer",
                                             "#4 sleep until 2026-01-01T00:00:01.000000Z"));
  driver.complete(1, "5");
  EXPECT_THAT(driver.last().events, IsEmpty());
  driver.advance(1s);
  driver.fire_due();
  EXPECT_EQ(driver.result(), "1");
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> compensates(context& ctx) {
  auto worked = co_await theus::outcome_of(ctx.call(work, 1));
  if (!worked) co_await ctx.call(note, "undone");
  co_return worked ? "worked" : "compensated";
}

TEST(Combinators, OutcomeLetsCompensationBeAwaited) {
  auto driver = machine_driver::running(compensates);
  driver.start();
  driver.fail(1, "broken");
  EXPECT_THAT(driver.commands(), ElementsAre("#2 call note [\"undone\"]"));
  driver.complete(2);
  EXPECT_EQ(driver.result(), R"("compensated")");
  EXPECT_FALSE(driver.replay());
}

workflow<void> cancelled_and_slow(context& ctx) {
  bool was_cancelled = false;
  try {
    co_await ctx.sleep(1h);
  } catch (const cancelled&) {
    was_cancelled = true;
  }
  if (was_cancelled) co_await theus::shield(ctx.call(note, "cleaned"));
}

workflow<std::string> joins_its_loser(context& ctx) {
  auto first = co_await theus::any(cancelled_and_slow(ctx), ctx.receive(number_signal));
  co_return first.index() == 1 ? "signal" : "other";
}

TEST(Combinators, Rule25_LosingCoroutineIsCancelledAndAwaitedBeforeAnyReturns) {
  auto driver = machine_driver::running(joins_its_loser);
  driver.start();
  driver.signal("number", "1");
  EXPECT_THAT(driver.commands(),
              ElementsAre("#1:1 withdraw timer", "#1:2 call note [\"cleaned\"]"));
  EXPECT_FALSE(driver.is_finished());
  driver.complete(journal::command_id{"1", 2}, "null");
  EXPECT_EQ(driver.result(), R"("signal")");
  EXPECT_FALSE(driver.replay());
}

workflow<std::int64_t> breaks_when_cancelled(context& ctx) {
  try {
    co_await ctx.sleep(1h);
  } catch (const cancelled&) {
    throw std::logic_error("a bug in the clean-up");
  }
  co_return 0;
}

workflow<std::string> gives_up_what_breaks(context& ctx, bool in_time) {
  if (in_time) {
    auto value = co_await breaks_when_cancelled(ctx).within(1s);
    co_return value ? "value" : "nothing";
  }
  auto first = co_await theus::any(breaks_when_cancelled(ctx), ctx.receive(number_signal));
  co_return first.index() == 1 ? "signal" : "other";
}

TEST(Combinators, Rule12_BugInAWorkflowThatLostIsNotSwallowed) {
  auto raced = machine_driver::running(gives_up_what_breaks);
  raced.start("[false]");
  raced.signal("number", "1");
  ASSERT_TRUE(raced.bug());
  EXPECT_EQ(raced.bug()->message, "a bug in the clean-up");

  auto limited = machine_driver::running(gives_up_what_breaks);
  limited.start("[true]");
  limited.advance(1s);
  limited.fire_due();
  ASSERT_TRUE(limited.bug());
  EXPECT_EQ(limited.bug()->type, "std::logic_error");
}

workflow<std::string> survives_a_childs_error(context& ctx) {
  try {
    co_await breaks_when_cancelled(ctx);
  } catch (const std::logic_error&) {
    co_return "handled";
  }
  co_return "not reached";
}

TEST(Combinators, ErrorThatTheAwaitingWorkflowCatchesIsNoBug) {
  auto driver = machine_driver::running(survives_a_childs_error);
  driver.start();
  driver.cancel();
  EXPECT_EQ(driver.result(), R"("handled")");
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> decided_at_once(context& ctx) {
  co_await ctx.sleep(1s);
  auto first = co_await theus::any(ctx.receive(number_signal), ctx.call(work, 1));
  co_return first.index() == 0 ? "buffered" : "called";
}

TEST(Combinators, OperationsBehindOneThatDecidesAtOnceAreNotStarted) {
  auto driver = machine_driver::running(decided_at_once);
  driver.start();
  driver.signal("number", "1");
  driver.advance(1s);
  driver.fire_due();
  EXPECT_THAT(driver.commands(), ElementsAre("#2 receive number", "complete \"buffered\""));
  EXPECT_FALSE(driver.replay());
}

workflow<std::vector<std::int64_t>> fans_out(context& ctx, std::int64_t count) {
  std::vector<call_operation<std::int64_t>> calls;
  for (std::int64_t i = 0; i < count; ++i) calls.push_back(ctx.call(work, i));
  auto results = co_await theus::all(std::move(calls));
  co_return results;
}

TEST(Combinators, AllOfAVectorKeepsItsOrder) {
  auto driver = machine_driver::running(fans_out);
  driver.start("[3]");
  driver.complete(3, "30");
  driver.complete(1, "10");
  driver.complete(2, "20");
  EXPECT_EQ(driver.result(), "[10,20,30]");
}

TEST(Combinators, MoreOperationsPendingThanTheLimitIsABugThatNamesIt) {
  auto driver = machine_driver::running(fans_out);
  driver.start("[40001]");
  ASSERT_TRUE(driver.bug());
  EXPECT_EQ(driver.bug()->type, "limit_exceeded");
  EXPECT_EQ(driver.bug()->message, "more than 40000 operations pending at once");
}

workflow<void> sleeps_side_by_side(context& ctx, std::int64_t count) {
  std::vector<sleep_operation> sleeps;
  for (std::int64_t i = 0; i < count; ++i) sleeps.push_back(ctx.sleep(1s));
  co_await theus::all(std::move(sleeps));
}

TEST(Combinators, Rule10_AllTimersOfARunMayComeDueBeforeOneEvent) {
  auto driver = machine_driver::running(sleeps_side_by_side);
  driver.start("[40000]");
  driver.advance(1h);
  driver.intake({journal::signal_received{"number", "1", std::nullopt, ""}});
  driver.turn({});
  ASSERT_FALSE(driver.bug()) << driver.bug()->message;
  EXPECT_TRUE(driver.is_finished());
  EXPECT_FALSE(driver.replay());
}

TEST(Combinators, AllOfNothingIsDoneAtOnce) {
  auto driver = machine_driver::running(fans_out);
  driver.start("[0]");
  EXPECT_EQ(driver.result(), "[]");
}

workflow<bool> within_time(context& ctx) {
  auto value = co_await ctx.call(work, 1).within(10s);
  co_return value.has_value();
}

TEST(Combinators, WithinWithdrawsTheOperationWhenTimeRunsOut) {
  auto driver = machine_driver::running(within_time);
  driver.start();
  driver.advance(10s);
  driver.fire_due();
  EXPECT_THAT(driver.commands(), ElementsAre("#1 withdraw activity", "complete false"));
  EXPECT_FALSE(driver.replay());
}

TEST(Combinators, WithinWithdrawsItsTimerWhenTheResultComes) {
  auto driver = machine_driver::running(within_time);
  driver.start();
  driver.complete(1, "1");
  EXPECT_THAT(driver.commands(), ElementsAre("#2 withdraw timer", "complete true"));
  EXPECT_FALSE(driver.replay());
}

workflow<bool> works_by_ten(context& ctx) {
  const time_point ten = ctx.now() + 10s;
  co_await ctx.sleep(3s);
  auto value = co_await ctx.call(work, 1).by(ten);
  co_return value.has_value();
}

TEST(Combinators, ByGivesUpAtItsDeadlineHoweverLateItIsAwaited) {
  auto driver = machine_driver::running(works_by_ten);
  driver.start();
  driver.advance(3s);
  driver.fire_due();
  EXPECT_THAT(driver.commands(),
              ElementsAre("#2 call work [1]", "#3 sleep until 2026-01-01T00:00:10.000000Z"));
  driver.advance(7s);
  driver.fire_due();
  EXPECT_EQ(driver.result(), "false");
  EXPECT_FALSE(driver.replay());
}

TEST(Combinators, ByTakesWhatIsThereAlthoughItsDeadlineHasPassed) {
  auto driver = machine_driver::running(+[](context& ctx) -> workflow<std::int64_t> {
    const time_point before = ctx.now();
    co_await ctx.sleep(1s);
    const auto there = co_await ctx.receive(number_signal).by(before);
    const auto missing = co_await ctx.receive(number_signal).by(before);
    co_return there.value_or(0) + missing.value_or(0);
  });
  driver.start();
  driver.signal("number", "7");
  driver.advance(1s);
  driver.fire_due();
  driver.fire_due();
  EXPECT_EQ(driver.result(), "7");
  EXPECT_FALSE(driver.replay());
}

workflow<bool> joins_within(context& ctx) {
  const bool in_time = co_await cancelled_and_slow(ctx).within(10s);
  co_return in_time;
}

TEST(Combinators, WithinJoinsTheWorkflowItGivesUp) {
  auto driver = machine_driver::running(joins_within);
  driver.start();
  driver.advance(10s);
  driver.fire_due();
  EXPECT_FALSE(driver.is_finished());
  driver.complete(journal::command_id{"1", 2}, "null");
  EXPECT_EQ(driver.result(), "false");
  EXPECT_FALSE(driver.replay());
}

workflow<void> appends(context& ctx, std::string name, std::int64_t seconds) {
  bool was_cancelled = false;
  try {
    co_await ctx.sleep(std::chrono::seconds(seconds));
  } catch (const cancelled&) {
    was_cancelled = true;
  }
  if (was_cancelled) co_await theus::shield(ctx.call(note, name));
}

workflow<void> nested_branches(context& ctx) {
  co_await theus::all(appends(ctx, "outer-1", 100), appends(ctx, "outer-2", 100));
}

TEST(Combinators, Rule26_CancellationReachesPendingAwaitsInIdOrderDepthFirst) {
  auto driver = machine_driver::running(nested_branches);
  driver.start();
  driver.cancel();
  EXPECT_THAT(driver.commands(),
              ElementsAre("#1:1 withdraw timer", "#2:1 withdraw timer",
                          "#1:2 call note [\"outer-1\"]", "#2:2 call note [\"outer-2\"]"));
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> goes_on_after_cancel(context& ctx) {
  std::string seen;
  for (int i = 0; i < 3; ++i) {
    try {
      co_await ctx.sleep(1h);
      seen += "slept ";
    } catch (const cancelled&) {
      seen += "cancelled ";
    }
  }
  co_await theus::shield(ctx.call(note, seen));
  co_return seen;
}

TEST(Combinators, Rule26_LaterAwaitsThrowAtOnceUnlessShielded) {
  auto driver = machine_driver::running(goes_on_after_cancel);
  driver.start();
  driver.cancel();
  EXPECT_THAT(driver.commands(), ElementsAre("#1 withdraw timer",
                                             "#2 call note [\"cancelled cancelled cancelled \"]"));
  driver.complete(2);
  EXPECT_EQ(driver.result(), R"("cancelled cancelled cancelled ")");
  EXPECT_FALSE(driver.replay());
}

workflow<void> two_shielded_steps(context& ctx) {
  co_await theus::shield(ctx.call(note, "first"));
  ctx.throw_if_cancelled();
  co_await theus::shield(ctx.call(note, "second"));
}

TEST(Combinators, Rule26_CancellationIsSeenBetweenShieldedSteps) {
  for (const bool is_cancelled : {false, true}) {
    auto driver = machine_driver::running(two_shielded_steps);
    driver.start();
    if (is_cancelled) driver.cancel();
    EXPECT_THAT(driver.state().pending_activities().size(), 1u);
    driver.complete(1);
    EXPECT_EQ(driver.is_finished(), is_cancelled);
    EXPECT_FALSE(driver.replay());
  }
}

TEST(Combinators, Rule26_UncaughtCancellationEndsTheRunAsCancelled) {
  auto driver = machine_driver::running(races);
  driver.start();
  driver.cancel();
  const auto& end = std::get<journal::fail_run>(driver.last().commands.back().value);
  EXPECT_TRUE(end.cancelled);
  EXPECT_FALSE(driver.replay());
}

// ---- rule 18: identity

workflow<std::string> two_uuids(context& ctx) {
  std::string inner;
  auto draws = [](context& c) -> workflow<std::string> {
    co_await c.sleep(1s);
    co_return c.uuid().to_string();
  };
  inner = co_await draws(ctx);
  co_return inner + ctx.uuid().to_string();
}

workflow<std::string> two_uuids_more_inside(context& ctx) {
  auto draws = [](context& c) -> workflow<std::string> {
    co_await c.sleep(1s);
    c.uuid();
    co_return c.uuid().to_string();
  };
  const std::string inner = co_await draws(ctx);
  co_return inner + ctx.uuid().to_string();
}

TEST(Combinators, Rule18_RandomStreamsOfScopesAreIndependent) {
  std::vector<std::string> outer;
  for (auto function : {two_uuids, two_uuids_more_inside}) {
    auto driver = machine_driver::running(function);
    driver.start();
    driver.advance(1s);
    driver.fire_due();
    outer.push_back(decode<std::string>(driver.result()).substr(36));
  }
  EXPECT_EQ(outer[0], outer[1]);
}

workflow<void> sends(context& ctx) {
  co_await ctx.send("order-2", number_signal, 5);
  co_await ctx.sleep(1s);
}

TEST(Combinators, Rule05_MessageToAnotherRunIsACommandOfTheSendersTurn) {
  auto driver = machine_driver::running(sends);
  driver.start();
  EXPECT_EQ(driver.commands().front(), "#1 signal order-2 number 5");
  EXPECT_FALSE(driver.replay());
}

TEST(Combinators, Rule05_MessageSeenBeforeIsDroppedWhateverItsOrder) {
  auto driver = machine_driver::running(sums);
  driver.start();
  const auto sender = journal::run_id::make(1, 2, 3);
  const auto from = [&](std::uint32_t command) {
    return journal::signal_received{"number", "1", journal::message_id{sender, {"", command}}, ""};
  };
  driver.turn({from(7)});
  driver.turn({from(3)});
  driver.turn({from(7), from(3)});
  EXPECT_THAT(driver.last().events, IsEmpty());
  driver.evict();
  driver.turn({from(7)});
  EXPECT_THAT(driver.last().events, IsEmpty());
  EXPECT_EQ(driver.records().size(), 3u);
}

// ---- rule 24

TEST(Combinators, Rule24_OnlyTheCurrentAttemptCounts) {
  auto driver = machine_driver::running(within_time);
  driver.start();
  const auto next = driver.raw_time() + 1s;
  driver.intake({journal::attempt_failed{{"", 1}, 1, std::nullopt, {"timeout", "slow", {}}, next}});
  driver.complete(1, "1", 1);
  EXPECT_THAT(driver.last().events, IsEmpty());
  driver.evict();
  EXPECT_EQ(driver.state().find_activity({"", 1})->attempts().attempt, 2u);
  driver.complete(1, "1", 2);
  EXPECT_EQ(driver.result(), "true");
  const auto found = driver.replay();
  EXPECT_FALSE(found) << found->explain();
}

TEST(Combinators, Rule24_FailedAttemptIsInvisibleToTheWorkflow) {
  auto driver = machine_driver::running(within_time);
  driver.start();
  const auto before = driver.state().state_digest();
  const auto next = driver.raw_time() + 1s;
  driver.intake({journal::attempt_failed{{"", 1}, 1, std::nullopt, {"timeout", "slow", {}}, next}});
  EXPECT_EQ(driver.state().state_digest(), before);
  EXPECT_FALSE(driver.replay());
}

}  // namespace
}  // namespace theus
