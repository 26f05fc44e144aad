#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// How what comes in becomes turns, and in which order (rules 1, 2, 9, 10, 11).
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::count_of;
using testing::engine_world;
using testing::faulty_store;
using ::testing::SizeIs;

constexpr activity<std::string(std::int64_t)> charge{"charge"};
constexpr activity<void()> unreliable{"unreliable"};
constexpr signal<std::string> word{"word"};

template <class Function>
application with(const char* name, Function function) {
  application app;
  app.add(name, function);
  return app;
}

// ---- rule 1

workflow<std::string> crashes_after_the_charge(context& ctx) {
  auto payment = co_await ctx.call(charge, 100);
  throw std::logic_error("a bug behind the charge of " + payment);
}

workflow<std::string> mended(context& ctx) { co_return co_await ctx.call(charge, 100); }

TEST(EngineTurn, Rule01_ThrowingAfterASuccessfulChargeDoesNotChargeAgainWhenMended) {
  int charges = 0;
  const auto charge_card = [&charges](std::int64_t) {
    return "payment-" + std::to_string(++charges);
  };
  engine_world world(with("checkout", crashes_after_the_charge));
  world.app.bind(charge, charge_card);
  world.open();
  ASSERT_TRUE(world.start("checkout", "w"));
  ASSERT_THAT(world.stuck(), SizeIs(1));
  EXPECT_EQ(world.intakes("w"), 1u);
  for (int i = 0; i < 5; ++i) world.advance(1h);
  EXPECT_EQ(charges, 1);
  EXPECT_EQ(world.intakes("w"), 1u);

  world.crash();
  world.app = with("checkout", mended);
  world.app.bind(charge, charge_card);
  world.open();
  EXPECT_EQ(world.result_of("w"), R"("payment-1")");
  EXPECT_EQ(charges, 1);
  EXPECT_EQ(world.backlog_rows(), 0u);
}

workflow<std::string> throws_at_once(context&) { throw std::logic_error("a bug at the start"); }

TEST(EngineTurn, Rule01_StartOfAWorkflowThatThrowsAtOnceIsKept) {
  engine_world world(with("greet", throws_at_once));
  world.open();
  ASSERT_TRUE(world.start("greet", "w"));
  EXPECT_THAT(world.records("w"), SizeIs(1));
  EXPECT_TRUE(world.signal("w", "word", R"("kept")"));
  world.crash();
  world.app = with(
      "greet",
      +[](context& ctx) -> workflow<std::string> { co_return co_await ctx.receive(word); });
  world.open();
  EXPECT_EQ(world.result_of("w"), R"("kept")");
}

// ---- rule 2

workflow<void> calls_with_a_policy(context& ctx) {
  co_await ctx.call(unreliable)
      .retry({.attempts = 2, .first_interval = 60'000ms, .jitter = 0})
      .non_retryable("hopeless")
      .start_to_close(5'000ms);
  co_await ctx.sleep(1h);
}

TEST(EngineTurn, Rule02_RecordedCommandsAreWhole) {
  engine_world world(with("calls", calls_with_a_policy));
  auto& attempts = world.hold("unreliable");
  world.open();
  const auto began = world.clock.now();
  ASSERT_TRUE(world.start("calls", "w"));
  attempts[0].complete("null");
  world.settle();
  const auto records = world.records("w");
  const auto& called = std::get<journal::schedule_activity>(
      std::get<journal::turn>(records.at(0).body).commands.at(0));
  EXPECT_EQ(called.activity, "unreliable");
  EXPECT_EQ(called.arguments, "[]");
  EXPECT_EQ(called.retry.attempts, 2u);
  EXPECT_EQ(called.retry.first_interval_ms, 60'000u);
  EXPECT_EQ(called.retry.non_retryable, std::vector<std::string>{"hopeless"});
  EXPECT_EQ(called.start_to_close_ms, 5'000u);
  const auto& slept =
      std::get<journal::start_timer>(std::get<journal::turn>(records.at(1).body).commands.at(0));
  EXPECT_EQ(slept.deadline, began + 1h);
}

TEST(EngineTurn, Rule02_RetryAfterARestartFollowsTheRecordedPolicy) {
  engine_world world(with("calls", calls_with_a_policy));
  auto& attempts = world.hold("unreliable");
  world.open();
  ASSERT_TRUE(world.start("calls", "w"));
  attempts[0].fail("busy");
  world.settle();
  world.crash();
  world.open();
  world.advance(59s);
  EXPECT_EQ(attempts.count(), 0u);
  world.advance(1s);
  ASSERT_EQ(attempts.count(), 1u);
  EXPECT_EQ(attempts[0].self->number(), 2u);
  attempts[0].fail("busy");
  world.settle();
  EXPECT_EQ((*world.outcome("w")).value().status, journal::run_status::failed);
}

// ---- rule 9

workflow<std::string> joins_words(context& ctx, std::int64_t count) {
  std::string text;
  for (std::int64_t i = 0; i < count; ++i) text += co_await ctx.receive(word);
  co_return text;
}

TEST(EngineTurn, Rule09_EventsThatComeDuringAnAppendShareTheNextTurn) {
  engine_world world(with("joins", joins_words));
  world.open();
  ASSERT_TRUE(world.start("joins", "w", "[4]"));
  bool sent = false;
  world.store().on_append([&](const journal::unit&) {
    if (std::exchange(sent, true)) return;
    for (const char* text : {R"("b")", R"("c")", R"("d")"}) {
      world.running().signal({"w", "word", text, ""},
                             [](result<void> r) { EXPECT_TRUE(r) << r.error().message; });
    }
  });
  ASSERT_TRUE(world.signal("w", "word", R"("a")"));
  EXPECT_EQ(world.result_of("w"), R"("abcd")");
  const auto records = world.records("w");
  ASSERT_THAT(records, SizeIs(3));
  EXPECT_THAT(std::get<journal::turn>(records[2].body).events, SizeIs(3));
}

TEST(EngineTurn, Rule09_NothingLeavesBeforeItsTurnIsDurable) {
  engine_world world(with("checkout", mended));
  auto& charges = world.hold("charge");
  world.open();
  world.store().fail(faulty_store::fault::disk_full);
  std::optional<result<start_reply>> reply;
  std::optional<result<run_outcome>> outcome;
  world.running().start({"checkout", "w", "", "[]"}, [&](auto r) { reply = r; });
  world.settle();
  EXPECT_FALSE(reply);
  EXPECT_EQ(charges.count(), 0u);

  world.store().mend();
  world.advance(1s);
  ASSERT_TRUE(reply && *reply);
  ASSERT_EQ(charges.count(), 1u);
  world.running().wait("w", [&](auto r) { outcome = r; });
  world.settle();
  world.store().fail(faulty_store::fault::disk_full);
  charges[0].complete(R"("paid")");
  world.settle();
  EXPECT_FALSE(outcome);
  world.store().mend();
  world.advance(1s);
  ASSERT_TRUE(outcome && *outcome);
  EXPECT_EQ((*outcome)->result, R"("paid")");
}

TEST(EngineTurn, Rule09_LostAppendIsMadeAgainWithTheSameEvents) {
  engine_world world(with("checkout", mended));
  auto& charges = world.hold("charge");
  world.open();
  world.store().fail(faulty_store::fault::unknown_and_lost);
  ASSERT_TRUE(world.start("checkout", "w"));
  world.store().fail(faulty_store::fault::unknown_and_lost);
  ASSERT_EQ(charges.count(), 1u);
  charges[0].complete(R"("paid")");
  world.settle();
  EXPECT_EQ(world.result_of("w"), R"("paid")");
  EXPECT_EQ(charges.count(), 1u);
  EXPECT_THAT(world.records("w"), SizeIs(2));
}

TEST(EngineTurn, Rule04_UnknownAppendThatIsThereCountsAsCommitted) {
  engine_world world(with("checkout", mended));
  auto& charges = world.hold("charge");
  world.open();
  world.store().fail(faulty_store::fault::unknown_but_written);
  ASSERT_TRUE(world.start("checkout", "w"));
  ASSERT_EQ(charges.count(), 1u);
  world.store().fail(faulty_store::fault::unknown_but_written);
  charges[0].complete(R"("paid")");
  world.settle();
  EXPECT_EQ(world.result_of("w"), R"("paid")");
  EXPECT_EQ(charges.count(), 1u);
  EXPECT_THAT(world.records("w"), SizeIs(2));
}

TEST(EngineTurn, EventThatChangesNothingIsNotRecorded) {
  engine_world world(with("joins", joins_words));
  world.open();
  ASSERT_TRUE(world.start("joins", "w", "[2]"));
  ASSERT_TRUE(world.signal("w", "word", R"("a")", "request-1"));
  ASSERT_TRUE(world.signal("w", "word", R"("a")", "request-1"));
  EXPECT_THAT(world.records("w"), SizeIs(2));
  ASSERT_TRUE(world.cancel("w"));
}

// ---- rule 10

workflow<std::string> timer_or_word(context& ctx) {
  const auto first = co_await any(ctx.sleep(1h), ctx.receive(word));
  co_return first.index() == 0 ? "timer" : "word";
}

TEST(EngineTurn, Rule10_TimerDueWhileTheProcessWasDownBeatsALaterSignal) {
  engine_world world(with("race", timer_or_word));
  world.open();
  ASSERT_TRUE(world.start("race", "w"));
  world.crash();
  world.clock.advance(2h);
  world.open_unsettled();
  world.running().signal({"w", "word", R"("late")", ""}, [](result<void>) {});
  world.settle();
  EXPECT_EQ(world.result_of("w"), R"("timer")");
}

TEST(EngineTurn, Rule10_SignalBeforeTheDeadlineBeatsTheTimer) {
  engine_world world(with("race", timer_or_word));
  world.open();
  ASSERT_TRUE(world.start("race", "w"));
  world.advance(59min);
  ASSERT_TRUE(world.signal("w", "word", R"("early")"));
  EXPECT_EQ(world.result_of("w"), R"("word")");
  EXPECT_EQ(world.timer_rows(), 0u);
}

// ---- rule 11

workflow<void> word_then_sleep(context& ctx) {
  co_await ctx.receive(word);
  co_await ctx.receive(word);
  co_await ctx.sleep(1h);
}

TEST(EngineTurn, Rule11_ClockThatJumpedTenYearsAheadAndBackDoesNotLengthenASleep) {
  engine_world world(with("sleeps", word_then_sleep));
  world.open();
  const auto began = world.clock.now();
  ASSERT_TRUE(world.start("sleeps", "w"));
  world.clock.set(began + 24h * 3650);
  world.settle();
  ASSERT_TRUE(world.signal("w", "word", R"("from the future")"));
  world.clock.set(began + 1min);
  world.settle();
  ASSERT_TRUE(world.signal("w", "word", R"("from now")"));
  const auto records = world.records("w");
  EXPECT_EQ(records[2].raw_time, began + 1min);
  EXPECT_EQ(records[2].time, began + 24h * 3650);
  world.clock.set(began + 1h);
  world.advance(world.options.sweep_interval);
  EXPECT_FALSE(world.outcome("w"));
  world.clock.set(began + 1h + 1min);
  world.advance(world.options.sweep_interval);
  EXPECT_TRUE(world.outcome("w"));
}

workflow<std::int64_t> bug_behind_a_word(context& ctx) {
  co_await ctx.receive(word);
  throw std::logic_error("a bug");
}

workflow<std::int64_t> time_of_a_word(context& ctx) {
  co_await ctx.receive(word);
  co_return ctx.now().time_since_epoch().count();
}

TEST(EngineTurn, Rule11_RetriedTurnKeepsTheTimeOfItsIntake) {
  engine_world world(with("tells", bug_behind_a_word));
  world.open();
  ASSERT_TRUE(world.start("tells", "w"));
  world.advance(1min);
  const auto told_at = world.clock.now();
  ASSERT_TRUE(world.signal("w", "word", R"("now")"));
  world.advance(24h);
  world.crash();
  world.app = with("tells", time_of_a_word);
  world.open();
  EXPECT_EQ(world.result_of("w"), std::to_string(told_at.time_since_epoch().count()));
}

}  // namespace
}  // namespace theus
