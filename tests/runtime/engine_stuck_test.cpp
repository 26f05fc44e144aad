#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// Runs that cannot go on with this binary: kept, listed, tried again, never advanced (rules 15,
// 17).
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::count_of;
using testing::engine_world;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr activity<std::string()> measure{"measure"};
constexpr activity<std::string()> weigh{"weigh"};
constexpr signal<std::string> word{"word"};

template <class Function>
application with(const char* name, Function function) {
  application app;
  app.add(name, function);
  return app;
}

// ---- backoff

workflow<void> always_throws(context& ctx) {
  co_await ctx.receive(word);
  throw std::logic_error("a bug of its own");
}

struct EngineStuck : ::testing::Test {
  engine_world world{with("throws", always_throws)};
  void SetUp() override {
    world.open();
    ASSERT_TRUE(world.start("throws", "w"));
    ASSERT_TRUE(world.signal("w", "word", R"("go")"));
  }
};

TEST_F(EngineStuck, IsListedWithItsReasonAndReportedOnce) {
  const auto stuck = world.stuck();
  ASSERT_THAT(stuck, SizeIs(1));
  EXPECT_EQ(stuck[0].workflow_id, "w");
  EXPECT_THAT(stuck[0].reason, HasSubstr("a bug of its own"));
  EXPECT_THAT(stuck[0].reason, HasSubstr("engine_stuck_test.cpp:"));
  EXPECT_EQ(world.running().counters().stuck, 1u);
  for (int i = 0; i < 10; ++i) world.advance(1h);
  EXPECT_THAT(world.reports, SizeIs(1));
}

TEST_F(EngineStuck, BackoffDoublesUpToItsMaximum) {
  std::vector<std::chrono::seconds> waits;
  for (std::uint32_t turn = 1; turn <= 12; ++turn) {
    const auto stuck = world.stuck();
    ASSERT_THAT(stuck, SizeIs(1));
    ASSERT_EQ(stuck[0].failed_turns, turn);
    waits.push_back(
        std::chrono::duration_cast<std::chrono::seconds>(stuck[0].next_try - world.clock.now()));
    world.advance(stuck[0].next_try - world.clock.now());
  }
  EXPECT_EQ(waits.front(), 1s);
  EXPECT_EQ(waits[3], 8s);
  EXPECT_EQ(waits.back(), 600s);
}

TEST_F(EngineStuck, ClockThatStepsBackBetweenAlarmAndNextTryOnlyDelaysIt) {
  const auto next_try = world.stuck().at(0).next_try;
  world.clock.set(next_try);  // the alarm is on its way
  world.clock.set(next_try - 500ms);
  world.settle();
  EXPECT_EQ(world.stuck().at(0).failed_turns, 1u);
  world.advance(500ms);
  EXPECT_EQ(world.stuck().at(0).failed_turns, 2u);
}

TEST_F(EngineStuck, FailingAgainAppendsNothing) {
  const auto before = world.records("w").size();
  for (int i = 0; i < 10; ++i) world.advance(1h);
  EXPECT_EQ(world.records("w").size(), before);
  EXPECT_GT(world.stuck().at(0).failed_turns, 5u);
}

TEST_F(EngineStuck, RetryNowEndsTheBackoff) {
  ASSERT_TRUE(world.retry_now("w"));
  EXPECT_EQ(world.stuck().at(0).failed_turns, 2u);
}

TEST_F(EngineStuck, SignalIsKeptAndAcknowledgedWithoutTryingTheTurn) {
  ASSERT_TRUE(world.signal("w", "word", R"("later")"));
  EXPECT_EQ(world.stuck().at(0).failed_turns, 1u);
  EXPECT_EQ(world.intakes("w"), 2u);
  world.crash();
  world.app = with(
      "throws", +[](context& ctx) -> workflow<std::string> {
        auto first = co_await ctx.receive(word);
        auto second = co_await ctx.receive(word);
        co_return first + second;
      });
  world.open();
  EXPECT_EQ(world.result_of("w"), R"("golater")");
}

// ---- rule 15

workflow<std::string> measures(context& ctx) {
  auto seen = co_await ctx.call(measure);
  co_return seen + co_await ctx.receive(word);
}

workflow<std::string> weighs(context& ctx) {
  auto seen = co_await ctx.call(weigh);
  co_return seen + co_await ctx.receive(word);
}

workflow<std::string> measures_and_draws(context& ctx) {
  ctx.random()();
  auto seen = co_await ctx.call(measure);
  co_return seen + co_await ctx.receive(word);
}

struct EngineMismatch : ::testing::Test {
  engine_world world{with("observes", measures)};
  void SetUp() override {
    world.hold("measure");
    world.hold("weigh");
    world.open();
    ASSERT_TRUE(world.start("observes", "w"));
    world.hold("measure")[0].complete(R"("1 m")");
    world.settle();
  }
  void upgrade(workflow<std::string> (*function)(context&)) {
    world.crash();
    world.app = with("observes", function);
    world.open();
    ASSERT_TRUE(world.signal("w", "word", R"("!")"));
  }
};

TEST_F(EngineMismatch, Rule15_OtherCommandSetsTheRunAsideUntouched) {
  const auto before = world.records("w");
  upgrade(weighs);
  ASSERT_THAT(world.stuck(), SizeIs(1));
  EXPECT_THAT(world.stuck()[0].reason, HasSubstr("measure"));
  EXPECT_THAT(world.stuck()[0].reason, HasSubstr("weigh"));
  EXPECT_EQ(world.running().counters().mismatches, 1u);
  EXPECT_EQ(world.hold("weigh").count(), 0u);
  auto after = world.records("w");
  ASSERT_EQ(after.size(), before.size() + 1);  // the signal, kept
  EXPECT_TRUE(std::holds_alternative<journal::intake>(after.back().body));
  after.pop_back();
  EXPECT_EQ(after, before);
  world.crash();
  world.app = with("observes", measures);
  world.open();
  EXPECT_EQ(world.result_of("w"), R"("1 m!")");
}

TEST_F(EngineMismatch, Rule15_OtherStateUnderTheSameCommandsSetsTheRunAside) {
  upgrade(measures_and_draws);
  ASSERT_THAT(world.stuck(), SizeIs(1));
  EXPECT_FALSE(world.outcome("w"));
}

workflow<std::string> notes(context& ctx) {
  ctx["unit"] = "m";
  auto seen = co_await ctx.call(measure);
  ctx["seen"] = seen;
  co_return seen + co_await ctx.receive(word);
}
workflow<std::string> notes_another_unit(context& ctx) {
  ctx["unit"] = "ft";
  auto seen = co_await ctx.call(measure);
  ctx["seen"] = seen;
  co_return seen + co_await ctx.receive(word);
}

// A run of `notes` whose two turns the program "one" made, and which waits for a word.
struct EngineNotes : ::testing::Test {
  engine_world world{with("notes", notes)};
  void SetUp() override {
    world.hold("measure");
    world.options.build = "one";
    world.open();
    ASSERT_TRUE(world.start("notes", "n"));
    world.hold("measure")[0].complete(R"("2 m")");
    world.settle();
    ASSERT_EQ(world.records("n").size(), 2u);
    world.crash();
    world.options.build = "two";
  }
  std::vector<std::string> builds() {
    std::vector<std::string> found;
    for (const auto& each : world.records("n")) {
      if (const auto* turn = std::get_if<journal::turn>(&each.body)) {
        found.push_back(turn->notes.build);
      }
    }
    return found;
  }
};

// Loading compares the state at the end only; a second pass says where it began to differ.
TEST_F(EngineNotes, Rule15_TheReportNamesTheFirstTurnWhoseStateDiffersAndThePlace) {
  world.app = with("notes", notes_another_unit);
  world.open();
  ASSERT_TRUE(world.signal("n", "word", R"("!")"));
  std::string reason;
  for (const auto& each : world.stuck()) {
    if (each.workflow_id == "n") reason = each.reason;
  }
  EXPECT_THAT(reason, HasSubstr("at turn 1"));
  EXPECT_THAT(reason, HasSubstr(R"(Context /unit was "m" and is now "ft")"));
  EXPECT_THAT(reason, HasSubstr("recorded by build one"));
}

// With its first turn, and with the first that another program makes.
TEST_F(EngineNotes, AProgramIsNamedWhereItIsAnotherThanBefore) {
  world.open();
  EXPECT_THAT(builds(), ::testing::ElementsAre("one", ""));
  ASSERT_TRUE(world.signal("n", "word", R"("!")"));
  EXPECT_THAT(builds(), ::testing::ElementsAre("one", "", "two"));
  EXPECT_EQ(world.result_of("n"), R"("2 m!")");
}

TEST_F(EngineMismatch, MissingWorkflowKeepsTheRunAndItsSignals) {
  world.crash();
  world.app = application();
  world.open();
  ASSERT_TRUE(world.signal("w", "word", R"("!")"));
  ASSERT_THAT(world.stuck(), SizeIs(1));
  EXPECT_THAT(world.stuck()[0].reason, HasSubstr("'observes'"));
  world.crash();
  world.app = with("observes", measures);
  world.open();
  EXPECT_EQ(world.result_of("w"), R"("1 m!")");
}

TEST(EngineSemantics, Rule08_RunOfUnknownSemanticsIsParkedAlone) {
  engine_world world(with("observes", measures));
  world.hold("measure");
  journal::started newer;
  newer.workflow_id = "from-the-future";
  newer.workflow_type = "observes";
  newer.arguments = "[]";
  newer.semantics = 2;
  const auto run = journal::run_id::make(journal::shard_key_of("from-the-future"), 7, 7);
  const auto owner = world.store().acquire_epoch().value();
  std::vector<journal::unit> units;
  journal::record first;
  first.body = journal::intake{{newer}};
  units.push_back(journal::unit::make(run, owner, {}, std::move(first)).value());
  ASSERT_EQ(world.store().append(units)[0].status, journal::append_status::committed);

  world.open();
  ASSERT_THAT(world.stuck(), SizeIs(1));
  EXPECT_THAT(world.stuck()[0].reason, HasSubstr("semantics 2"));
  ASSERT_TRUE(world.start("observes", "w"));
  EXPECT_EQ(world.hold("measure").count(), 1u);
}

// ---- rule 17

workflow<void> throws_at_a_word(context& ctx) {
  co_await ctx.receive(word);
  throw std::logic_error("a bug in a branch");
}

workflow<void> goes_on_at_a_word(context& ctx) { co_await ctx.receive(word); }

workflow<std::string> three_branches_with_a_bug(context& ctx) {
  auto [seen, slept, told] =
      co_await all(ctx.call(measure), ctx.sleep(10min), throws_at_a_word(ctx));
  co_return seen;
}

workflow<std::string> three_branches(context& ctx) {
  auto [seen, slept, told] =
      co_await all(ctx.call(measure), ctx.sleep(10min), goes_on_at_a_word(ctx));
  co_return seen;
}

TEST(EngineStuckDispatch, Rule17_RunningActivityEndsAsIntakeAndTimersWait) {
  engine_world world(with("observes", three_branches_with_a_bug));
  world.options.stuck_first_backoff = 5h;
  world.options.stuck_maximum_backoff = 5h;
  auto& measures_held = world.hold("measure");
  world.open();
  ASSERT_TRUE(world.start("observes", "w"));
  ASSERT_TRUE(world.signal("w", "word", R"("go")"));
  ASSERT_THAT(world.stuck(), SizeIs(1));
  measures_held[0].complete(R"("1 m")");
  world.settle();
  EXPECT_EQ(count_of<journal::activity_completed>(world.events("w")), 1u);
  EXPECT_EQ(world.task_rows(), 0u);
  for (int i = 0; i < 10; ++i) world.advance(6min);
  EXPECT_EQ(world.stuck().at(0).failed_turns, 1u);
  EXPECT_EQ(count_of<journal::timer_fired>(world.events("w")), 0u);
  std::size_t turns = 0;
  for (const auto& each : world.records("w")) {
    turns += std::holds_alternative<journal::turn>(each.body) ? 1 : 0;
  }
  EXPECT_EQ(turns, 1u);

  world.crash();
  world.app = with("observes", three_branches);
  world.open();
  EXPECT_EQ(world.result_of("w"), R"("1 m")");
  EXPECT_EQ(measures_held.count(), 0u);
}

}  // namespace
}  // namespace theus
