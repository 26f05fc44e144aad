#include <cstdlib>

#include <gmock/gmock.h>

#include "theus/runtime/take_checkpoint.hpp"
#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// What runs are asked, whatever they are doing, and that asking leaves no trace (rules 9 and 23).
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::engine_world;
using ::testing::HasSubstr;

constexpr signal<std::int64_t> add{"add"};
constexpr activity<std::int64_t()> measure{"measure"};

bool has_bug = false;
bool adds_twice = false;

// Adds up what it is told, until that is zero.
workflow<std::int64_t> adds(context& ctx) {
  std::int64_t total = 0;
  for (;;) {
    const auto more = co_await ctx.receive(add);
    if (has_bug && more == 5) throw std::logic_error("a bug");
    if (more == 0) co_return total;
    total += adds_twice ? 2 * more : more;
    ctx["total"] = total;
    ctx["last"]["at"] = more;
  }
}

workflow<std::int64_t> measures(context& ctx) {
  ctx["step"] = "measuring";
  const auto measured = co_await ctx.call(measure);
  ctx["step"] = "measured";
  co_await ctx.receive(add);
  co_return measured;
}

workflow<void> sleeps(context& ctx) {
  ctx["total"] = 1;
  co_await ctx.sleep(24h);
  ctx["total"] = 2;
  co_await ctx.sleep(24h);
}

workflow<void> writes_in_a_phase(context& ctx) {
  ctx["total"] = 10;
  co_await ctx.receive(add);
}
workflow<void> has_a_phase(context& ctx) {
  ctx["total"] = 1;
  co_await ctx.phase("inner", writes_in_a_phase);
  co_await ctx.receive(add);
}

workflow<next<std::int64_t>> round(context& ctx, std::int64_t done) {
  const auto more = co_await ctx.receive(add);
  ctx["total"] = done + more;
  if (more == 0) co_return theus::stop;
  co_return theus::again(done + more);
}
workflow<void> rounds(context& ctx) { co_await ctx.loop("rounds", round, std::int64_t{0}); }

constexpr query<std::int64_t()> total{"total"};
constexpr query<std::int64_t(std::int64_t)> total_above{"total_above"};
constexpr query<std::string()> step{"step"};
constexpr query<bool()> is_over{"is_over"};
constexpr query<std::string()> home{"home"};
constexpr query<std::int64_t()> never_the_same{"never_the_same"};
constexpr query<std::string()> long_text{"long_text"};

std::int64_t total_of(view run) { return run["total"].value_or(std::int64_t{-1}); }

std::int64_t how_far_above(view run, std::int64_t least) {
  if (total_of(run) < least) throw std::range_error("it is below");
  return total_of(run) - least;
}

std::int64_t times_called = 0;

application summing() {
  application app;
  app.add("adds", adds).add("measures", measures).add("sleeps", sleeps);
  app.add("has_a_phase", has_a_phase).add("rounds", rounds);
  for (const char* each : {"adds", "sleeps", "has_a_phase", "rounds"}) {
    app.bind(each, total, total_of);
  }
  app.bind("adds", total_above, how_far_above);
  app.bind("adds", is_over, [](view run) { return run.is_finished(); });
  app.bind("adds", home, [](view) { return std::string(std::getenv("HOME")); });
  app.bind("adds", never_the_same, [](view) { return ++times_called; });
  app.bind("adds", long_text, [](view) { return std::string(2'000, 'x'); });
  app.bind("measures", step, [](view run) { return run["step"].as<std::string>(); });
  return app;
}

struct EngineQuery : ::testing::Test {
  engine_world world{summing()};
  void SetUp() override {
    has_bug = adds_twice = false;
    world.options.bounds.payload_bytes = 1'024;
    world.open();
  }

  std::string ask(const std::string& id, const std::string& name, const std::string& with = "[]") {
    const auto answered = world.query(id, name, with);
    if (!answered) return "no answer";
    return *answered ? **answered : "refused: " + answered->error().message;
  }
  errc why(const std::string& id, const std::string& name, const std::string& with = "[]") {
    return world.query(id, name, with).value().error().code;
  }
  void begin(const std::string& id = "w") {
    ASSERT_TRUE(world.start("adds", id));
    ASSERT_TRUE(world.signal(id, "add", "3"));
    ASSERT_TRUE(world.signal(id, "add", "4"));
  }
  // As far as it is durable by now.
  std::int64_t total_recorded(const std::string& id) {
    std::int64_t sum = 0;
    for (const auto& e : world.events(id)) {
      if (const auto* s = std::get_if<journal::signal_received>(&e)) sum += std::stoll(s->value);
    }
    return sum;
  }
  void take_checkpoint(const std::string& id) {
    std::optional<result<taken_checkpoint>> taken;
    world.running().take_checkpoint(world.run_of(id), [&](auto r) { taken = std::move(r); });
    world.settle();
    ASSERT_TRUE(taken && *taken);
  }
};

TEST_F(EngineQuery, Rule23_ARunInMemoryIsAskedWithoutATrace) {
  begin();
  const auto before = world.running().counters();
  const auto records = world.records("w").size();
  EXPECT_EQ(ask("w", "total"), "7");
  EXPECT_EQ(ask("w", "total_above", "[5]"), "2");
  EXPECT_EQ(ask("w", "is_over"), "false");
  EXPECT_EQ(world.records("w").size(), records);
  const auto after = world.running().counters();
  EXPECT_EQ(after.appends, before.appends);
  EXPECT_EQ(after.replays, before.replays);
  EXPECT_EQ(after.queries, before.queries + 3);
}

TEST_F(EngineQuery, Rule23_ASleepingRunIsReplayedBesideAndSleepsOn) {
  ASSERT_TRUE(world.start("sleeps", "w"));
  ASSERT_EQ(world.running().counters().frames, 0u);
  EXPECT_EQ(ask("w", "total"), "1");
  EXPECT_EQ(world.running().counters().frames, 0u);
  EXPECT_EQ(world.records("w").size(), 1u);
  EXPECT_EQ(world.timer_rows(), 1u);
  world.advance(24h);
  EXPECT_EQ(ask("w", "total"), "2");
  world.advance(24h);
  EXPECT_EQ(ask("w", "total"), "2");
  EXPECT_EQ(world.result_of("w"), "null");
}

TEST_F(EngineQuery, Rule23_AFinishedRunAnswersAsItEnded) {
  begin();
  ASSERT_TRUE(world.signal("w", "add", "0"));
  ASSERT_EQ(world.result_of("w"), "7");
  EXPECT_EQ(ask("w", "total"), "7");
  EXPECT_EQ(ask("w", "is_over"), "true");
  begin("cancelled");
  ASSERT_TRUE(world.cancel("cancelled"));
  EXPECT_EQ(ask("cancelled", "total"), "7");
  EXPECT_EQ(ask("cancelled", "is_over"), "true");
  EXPECT_EQ(world.running().counters().frames, 0u);
}

TEST_F(EngineQuery, AnOlderRunOfAWorkflowIdIsAskedByItsRunId) {
  begin();
  const auto first = world.run_of("w");
  ASSERT_TRUE(world.signal("w", "add", "0"));
  ASSERT_TRUE(world.start("adds", "w"));
  EXPECT_EQ(ask("w", "total"), "-1");
  EXPECT_EQ(ask(first.to_string(), "total"), "7");
}

TEST_F(EngineQuery, ARunThatNobodyLoadedSinceAKillAnswers) {
  begin();
  world.crash();
  world.open();
  EXPECT_EQ(ask("w", "total"), "7");
  EXPECT_EQ(world.running().counters().frames, 0u);
}

TEST_F(EngineQuery, WhatActivitiesDoIsNotRepeated) {
  auto& held = world.hold("measure");
  world.close();
  world.open();
  ASSERT_TRUE(world.start("measures", "w"));
  ASSERT_EQ(held.count(), 1u);
  EXPECT_EQ(ask("w", "step"), R"("measuring")");
  EXPECT_EQ(held.count(), 1u);
  held[0].complete("5");
  world.settle();
  EXPECT_EQ(ask("w", "step"), R"("measured")");
}

TEST_F(EngineQuery, WhatAPhaseWroteIsSeenOnceItIsOver) {
  ASSERT_TRUE(world.start("has_a_phase", "w"));
  EXPECT_EQ(ask("w", "total"), "1");
  ASSERT_TRUE(world.signal("w", "add", "1"));
  EXPECT_EQ(ask("w", "total"), "10");
}

// ---- durable first

TEST_F(EngineQuery, Rule09_WaitsForTheAppendThatIsUnderWay) {
  begin();
  std::optional<result<journal::payload>> answered;
  bool asked = false;
  world.store().on_append([&](const journal::unit&) {
    if (std::exchange(asked, true)) return;
    world.running().query({"w", "total", "[]"}, [&](auto r) { answered = std::move(r); });
  });
  ASSERT_TRUE(world.signal("w", "add", "5"));
  world.store().on_append(nullptr);
  ASSERT_TRUE(answered && *answered);
  EXPECT_EQ(**answered, "12");
}

TEST_F(EngineQuery, Rule09_ATurnThatWasLostIsNotSeen) {
  begin();
  int answered = 0;
  bool asked = false;
  world.store().fail(testing::faulty_store::fault::unknown_and_lost);
  world.store().on_append([&](const journal::unit&) {
    if (std::exchange(asked, true)) return;
    world.running().query({"w", "total", "[]"}, [&](result<journal::payload> r) {
      ++answered;
      EXPECT_EQ(r.value(), std::to_string(total_recorded("w")));
    });
  });
  ASSERT_TRUE(world.signal("w", "add", "5"));
  world.store().on_append(nullptr);
  EXPECT_EQ(answered, 1);
  EXPECT_EQ(ask("w", "total"), "12");
}

TEST_F(EngineQuery, AnswersWhileTheDiskIsFull) {
  begin();
  world.store().fail(testing::faulty_store::fault::disk_full);
  world.running().signal({"w", "add", "5", ""}, [](result<void>) {});
  world.settle();
  EXPECT_EQ(ask("w", "total"), "7");
  world.store().mend();
  world.advance(5s);
  EXPECT_EQ(ask("w", "total"), "12");
}

// ---- stuck runs

TEST_F(EngineQuery, AStuckRunAnswersAsItsLastDurableTurnLeftIt) {
  begin();
  has_bug = true;
  ASSERT_TRUE(world.signal("w", "add", "5"));
  ASSERT_EQ(world.stuck().size(), 1u);
  EXPECT_EQ(ask("w", "total"), "7");
  EXPECT_EQ(world.stuck().size(), 1u);
  has_bug = false;
  world.advance(1s);
  EXPECT_EQ(ask("w", "total"), "12");
}

TEST_F(EngineQuery, ARunThatTheCodeDoesNotFitSaysSo) {
  begin();
  world.crash();
  adds_twice = true;
  world.open();
  const auto refused = world.query("w", "total").value();
  EXPECT_EQ(refused.error().code, errc::mismatch);
  EXPECT_TRUE(world.stuck().empty());  // nobody wanted it to go on yet
}

// ---- refused

TEST_F(EngineQuery, ErrorsSayWhatIsWrong) {
  begin();
  EXPECT_EQ(why("nobody", "total"), errc::not_found);
  EXPECT_EQ(why("w", "sum"), errc::unknown_query);
  EXPECT_THAT(ask("w", "sum"), HasSubstr("no query 'sum'; there are: "));
  EXPECT_THAT(ask("w", "sum"), HasSubstr("total, total_above"));
  EXPECT_EQ(why("w", "total_above", R"(["five"])"), errc::wrong_type);
  EXPECT_EQ(why("w", "total_above"), errc::wrong_type);
  EXPECT_EQ(why("w", "total_above", "["), errc::wrong_type);
  EXPECT_EQ(why("w", std::string(2'000, 'x')), errc::limit_exceeded);
  EXPECT_EQ(why("", "total"), errc::bad_input);
  EXPECT_EQ(why("w", "long_text"), errc::limit_exceeded);
  EXPECT_THAT(ask("w", "long_text"), HasSubstr("payload_bytes"));
}

TEST_F(EngineQuery, ATypeThatIsNotBoundIsRefusedByName) {
  begin();
  world.crash();
  world.app = application();
  world.open();
  EXPECT_EQ(why("w", "total"), errc::unknown_workflow);
  EXPECT_THAT(ask("w", "total"), HasSubstr("'adds'"));
}

TEST_F(EngineQuery, WhatTheFunctionThrowsReachesWhoAskedAndHarmsNobody) {
  begin();
  EXPECT_EQ(why("w", "total_above", "[8]"), errc::query_failed);
  EXPECT_THAT(ask("w", "total_above", "[8]"),
              HasSubstr("query 'total_above' of workflow 'adds' threw std::range_error: it is "
                        "below"));
  ASSERT_TRUE(world.signal("w", "add", "5"));
  EXPECT_EQ(ask("w", "total_above", "[8]"), "4");
  EXPECT_TRUE(world.stuck().empty());
}

TEST_F(EngineQuery, ACallThatTheGuardForbidsFailsTheQueryByName) {
  begin();
  EXPECT_EQ(why("w", "home"), errc::query_failed);
  EXPECT_THAT(ask("w", "home"), HasSubstr("called getenv: "));
  EXPECT_EQ(ask("w", "total"), "7");
}

TEST_F(EngineQuery, InParanoidModeAnAnswerHasToBeTheSameTwice) {
  begin();
  EXPECT_EQ(why("w", "never_the_same"), errc::query_failed);
  EXPECT_THAT(ask("w", "never_the_same"), HasSubstr("did not answer the same twice: "));
}

// ---- trimmed runs

TEST_F(EngineQuery, ATrimmedRunAnswersFromItsCheckpoint) {
  ASSERT_TRUE(world.start("rounds", "w"));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(world.signal("w", "add", "2"));
  ASSERT_NO_FATAL_FAILURE(take_checkpoint("w"));
  std::optional<result<journal::sequence>> trimmed;
  world.running().trim(world.run_of("w"), [&](auto r) { trimmed = std::move(r); });
  world.settle();
  ASSERT_TRUE(trimmed && *trimmed) << trimmed->error().message;
  world.crash();
  world.open();
  EXPECT_EQ(ask("w", "total"), "40");
  ASSERT_TRUE(world.signal("w", "add", "0"));
  ASSERT_EQ(world.result_of("w"), "null");
  world.crash();
  world.open();
  EXPECT_EQ(ask("w", "total"), "40");
}

// ---- the end

TEST_F(EngineQuery, WhatStillWaitsHearsOfTheEnd) {
  begin();
  std::vector<result<journal::payload>> answered;
  for (int i = 0; i < 5; ++i) {
    world.running().query({"w", "total", "[]"}, [&](auto r) { answered.push_back(std::move(r)); });
  }
  world.close();
  ASSERT_EQ(answered.size(), 5u);
  for (const auto& each : answered) {
    EXPECT_TRUE(each ? *each == "7" : each.error().code == errc::stopped);
  }
}

}  // namespace
}  // namespace theus
