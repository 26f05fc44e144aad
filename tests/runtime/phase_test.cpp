#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "support/machine_driver.hpp"

namespace theus {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::machine_driver;
using testing::type_of;

constexpr activity<std::int64_t(std::int64_t)> work{"work"};
constexpr signal<std::int64_t> number_signal{"number"};

std::string explained(const std::optional<mismatch>& found) {
  return found ? found->explain() : "";
}

// ---- the Context itself

workflow<std::int64_t> counts(context& ctx) {
  ctx["seen"]["work"] = 1;
  const auto got = co_await ctx.call(work, 1);
  ctx["seen"]["work"] = ctx["seen"]["work"].as<std::int64_t>() + got;
  const auto before = ctx.snapshot();
  ctx["seen"].erase();
  ctx.restore(before);
  co_await ctx.sleep(1s);
  co_return ctx.at("/seen/work").as<std::int64_t>();
}

TEST(Context, IsThereAgainAfterAnEviction) {
  auto driver = machine_driver::running(counts);
  driver.start();
  driver.evict();
  driver.complete(1, "41");
  driver.evict();
  driver.advance(1s);
  driver.fire_due();
  EXPECT_EQ(driver.result(), "42");
  EXPECT_EQ(explained(driver.replay()), "");
}

workflow<std::int64_t> counts_otherwise(context& ctx) {
  ctx["seen"]["work"] = 2;
  const auto got = co_await ctx.call(work, 1);
  co_await ctx.sleep(1s);
  co_return got;
}

TEST(Context, Rule14_AnotherValueInTheContextIsAMismatch) {
  auto driver = machine_driver::running(counts);
  driver.start();
  EXPECT_THAT(explained(driver.replay_from_zero(*type_of(counts_otherwise))),
              HasSubstr("state differs"));
}

// ---- phases

workflow<std::int64_t> adds(context& ctx, std::int64_t first) {
  ctx["sum"] = first;
  ctx["sum"] = ctx["sum"].as<std::int64_t>() + co_await ctx.call(work, first);
  co_return ctx["sum"].as<std::int64_t>();
}

workflow<std::int64_t> runs_a_phase(context& ctx) {
  ctx["before"] = true;
  const auto sum = co_await ctx.phase("adding", adds, 5);
  co_await ctx.call(work, sum);
  co_return ctx["sum"].as<std::int64_t>() + sum;
}

TEST(Phase, MergesWhatItWroteAndReturnsItsResult) {
  auto driver = machine_driver::running(runs_a_phase);
  driver.start();
  EXPECT_THAT(driver.commands(), ElementsAre("#1 phase adding [5]", "#1:1 call work [5]"));
  EXPECT_EQ(driver.state().context().find(path() / "sum"), std::nullopt);
  driver.complete({"1", 1}, "7");
  EXPECT_THAT(driver.commands(), ElementsAre("#1 completed 12", "#2 call work [12]"));
  driver.evict();
  driver.complete(2, "0");
  EXPECT_EQ(driver.result(), "24");
  EXPECT_EQ(explained(driver.replay()), "");
}

workflow<std::int64_t> adds_with_a_sleep(context& ctx, std::int64_t first) {
  co_await ctx.sleep(1h);
  ctx["sum"] = first;
  co_return 0;
}

workflow<std::int64_t> runs_a_changed_phase(context& ctx) {
  ctx["before"] = true;
  const auto sum = co_await ctx.phase("adding", adds_with_a_sleep, 5);
  co_await ctx.call(work, sum);
  co_return ctx["sum"].as<std::int64_t>() + sum;
}

TEST(Phase, Rule18_19_ACallAddedInsideAFinishedPhaseShiftsNothing) {
  auto driver = machine_driver::running(runs_a_phase);
  driver.start();
  driver.complete({"1", 1}, "7");
  driver.upgrade(type_of(runs_a_changed_phase));
  driver.complete(2, "0");
  EXPECT_EQ(driver.result(), "24");
  EXPECT_EQ(explained(driver.replay_rest(*type_of(runs_a_changed_phase))), "");
  EXPECT_THAT(explained(driver.replay_from_zero(*type_of(runs_a_changed_phase))),
              HasSubstr("command"));
}

workflow<std::int64_t> measures_around_a_phase(context& ctx) {
  ctx["unit"] = "m";
  const auto sum = co_await ctx.phase("adding", adds, 5);
  co_return co_await ctx.call(work, sum);
}
workflow<std::int64_t> measures_otherwise(context& ctx) {
  ctx["unit"] = "ft";
  const auto sum = co_await ctx.phase("adding", adds, 5);
  co_return co_await ctx.call(work, sum + 1);
}

// While the phase is not run, the state of the turn that began it cannot be told.
TEST(Phase, WhatDifferedWhileOneWasOpenIsReportedBeforeTheCommandsBehindIt) {
  auto driver = machine_driver::running(measures_around_a_phase);
  driver.start();
  driver.complete({"1", 1}, "7");
  const auto found = driver.replay_rest(*type_of(measures_otherwise));
  EXPECT_THAT(explained(found), HasSubstr("state differs"));
  EXPECT_THAT(explained(found), HasSubstr("at turn 1"));
}

workflow<std::int64_t> breaks(context& ctx, std::string how) {
  ctx["lost"] = 1;
  co_await ctx.call(work, 1);
  const auto taken = co_await ctx.receive(number_signal);
  co_await ctx.send("other", number_signal, taken);
  if (how == "failure") throw failure("odd", "it is odd");
  if (how == "cancelled") throw cancelled();
  if (how == "bug") throw std::logic_error("a bug");
  co_return co_await ctx.call(work, 99);
}

workflow<std::string> survives(context& ctx, std::string how) {
  ctx["kept"] = 1;
  std::string said = "nothing";
  const auto ended = co_await outcome_of(ctx.phase("breaking", breaks, how));
  try {
    if (ended.error()) std::rethrow_exception(ended.error());
  } catch (const failure& e) {
    said = e.type() + ": " + e.what();
  } catch (const activity_failed& e) {
    said = e.activity() + " " + std::to_string(e.attempt()) + " " + e.type();
  }
  const auto next = co_await ctx.receive(number_signal);
  co_return said + (ctx["lost"].exists() ? " lost" : "") + " " + std::to_string(next);
}

TEST(Phase, Rule21_OneThatThrowsIsRolledBackAndWhatItSentAndTookStays) {
  for (const std::string how : {"failure", "activity"}) {
    auto driver = machine_driver::running(survives);
    driver.start("[\"" + how + "\"]");
    driver.signal("number", "7");
    driver.complete({"1", 1}, "0");
    EXPECT_THAT(driver.commands(), ::testing::Contains("#1:3 signal other number 7"));
    if (how == "activity") {
      driver.turn({journal::activity_completed{
          {"1", 4}, 1, std::nullopt, journal::failure_info{"broken", "it broke", {}}}});
    }
    driver.evict();
    driver.signal("number", "8");
    EXPECT_EQ(driver.result(), how == "failure" ? "\"odd: it is odd 8\"" : "\"work 1 broken 8\"");
    EXPECT_EQ(explained(driver.replay()), "");
  }
}

TEST(Phase, Rule12_OnlyTheThreeKindsCrossItsBorder) {
  auto driver = machine_driver::running(survives);
  driver.start("[\"bug\"]");
  driver.signal("number", "7");
  driver.complete({"1", 1}, "0");
  ASSERT_TRUE(driver.bug());
  EXPECT_EQ(driver.bug()->message, "a bug");
}

workflow<void> deposit(context& ctx, std::string account, std::int64_t amount) {
  co_await ctx.call(work, amount);
  ctx["accounts"][account] = ctx["accounts"][account].value_or<std::int64_t>(0) + amount;
}

workflow<std::string> deposits(context& ctx, std::string first, std::string second) {
  ctx["accounts"] = map();
  auto a = co_await theus::all(outcome_of(ctx.phase("first", deposit, first, 10)),
                               outcome_of(ctx.phase("second", deposit, second, 5)));
  std::string said;
  try {
    std::get<1>(a).value();
  } catch (const context_conflict& e) {
    said = e.type() + " " + e.where().at(0);
  }
  co_return said + " " + std::to_string(ctx["accounts"][first].as<std::int64_t>());
}

TEST(Phase, ConcurrentOnesThatChangeDifferentPlacesAreMerged) {
  auto driver = machine_driver::running(deposits);
  driver.start("[\"a\",\"b\"]");
  driver.complete({"2", 1}, "0");
  driver.complete({"1", 1}, "0");
  EXPECT_EQ(driver.result(), "\" 10\"");
  EXPECT_EQ(driver.state().context().tree(), value(map{{"accounts", map{{"a", 10}, {"b", 5}}}}));
  EXPECT_EQ(explained(driver.replay()), "");
}

TEST(Phase, ConcurrentOnesThatChangeOnePlaceAreAConflict) {
  auto driver = machine_driver::running(deposits);
  driver.start("[\"a\",\"a\"]");
  driver.turn({journal::activity_completed{{"1", 1}, 1, std::nullopt, "0"},
               journal::activity_completed{{"2", 1}, 1, std::nullopt, "0"}});
  EXPECT_EQ(driver.result(), "\"context_conflict /accounts/a 10\"");
  EXPECT_EQ(explained(driver.replay()), "");
}

workflow<std::int64_t> equal_deposits(context& ctx) {
  ctx["accounts"]["a"] = 1;
  auto both = co_await theus::all(outcome_of(ctx.phase("first", deposit, std::string("a"), 10)),
                                  outcome_of(ctx.phase("second", deposit, std::string("a"), 10)));
  const bool kept = std::get<0>(both).has_value() && !std::get<1>(both).has_value();
  co_return kept ? ctx["accounts"]["a"].as<std::int64_t>() : -1;
}

TEST(Phase, ConcurrentOnesThatMakeTheSameChangeAreAConflictSoNoneIsLost) {
  auto driver = machine_driver::running(equal_deposits);
  driver.start();
  driver.complete({"1", 1}, "0");
  driver.complete({"2", 1}, "0");
  EXPECT_EQ(driver.result(), "11");
  EXPECT_EQ(explained(driver.replay()), "");
}

// Write skew: each reads what the other writes.
workflow<void> leave_if_other_stays(context& ctx, std::string me, std::string other) {
  co_await ctx.call(work, 1);
  if (ctx["on_call"][other].as<bool>()) ctx["on_call"][me] = false;
}

workflow<std::int64_t> doctors(context& ctx, bool declared) {
  ctx["on_call"] = map{{"ann", true}, {"bob", true}};
  auto ann = ctx.phase("ann", leave_if_other_stays, "ann", "bob");
  auto bob = ctx.phase("bob", leave_if_other_stays, "bob", "ann");
  if (!declared) {
    co_await theus::all(outcome_of(std::move(ann)), outcome_of(std::move(bob)));
  } else {
    co_await theus::all(outcome_of(std::move(ann).reads("/on_call/bob").writes("/on_call/ann")),
                        outcome_of(std::move(bob).reads("/on_call/ann").writes("/on_call/bob")));
  }
  co_return ctx["on_call"]["ann"].as<bool>() + ctx["on_call"]["bob"].as<bool>();
}

TEST(Phase, Rule21_WriteSkewHappensUnlessTheReadsAreDeclared) {
  for (const bool declared : {false, true}) {
    auto driver = machine_driver::running(doctors);
    driver.start(declared ? "[true]" : "[false]");
    driver.complete({"1", 1}, "0");
    driver.complete({"2", 1}, "0");
    EXPECT_EQ(driver.result(), declared ? "1" : "0");
    EXPECT_EQ(explained(driver.replay()), "");
  }
}

workflow<void> touches(context& ctx, std::string what) {
  if (what == "read") ctx["order"]["total"].value_or<std::int64_t>(0);
  if (what == "read outside") ctx["secret"].value_or<std::int64_t>(0);
  if (what == "write outside") ctx["order"]["total"] = 1;
  if (what == "restore") ctx.restore(ctx.snapshot());
  if (what == "write") ctx["payment"]["paid"] = 1;
  co_return;
}

workflow<void> keeps_contracts(context& ctx, std::string what) {
  ctx["order"]["total"] = 7;
  co_await ctx.phase("touching", touches, what).reads("order").writes("payment");
}

TEST(Phase, ItsContractIsEnforcedNamingThePath) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"read", ""},
      {"write", ""},
      {"restore", ""},
      {"read outside", "the phase reads '/secret' of the Context"},
      {"write outside", "the phase writes '/order/total' of the Context"}};
  for (const auto& [what, message] : cases) {
    auto driver = machine_driver::running(keeps_contracts);
    driver.start("[\"" + what + "\"]");
    EXPECT_EQ(driver.bug().has_value(), !message.empty()) << what;
    if (driver.bug()) {
      EXPECT_THAT(driver.bug()->message, HasSubstr(message));
    }
  }
}

// The maps on the way to what it may write are missing: they are made, and merged.
workflow<void> makes(context& ctx, bool leaves_it) {
  const auto before = ctx.snapshot();
  ctx["new"]["deep"]["place"] = 1;
  ctx.restore(before);
  ctx["new"]["deep"]["place"] = 2;
  if (!leaves_it) ctx["new"]["deep"]["place"].erase();
  co_return;
}

workflow<void> makes_inside(context& ctx, bool leaves_it) {
  co_await ctx.phase("inner", makes, leaves_it).writes("/new/deep/place");
}

workflow<bool> makes_the_way(context& ctx, std::string declared, bool leaves_it) {
  co_await ctx.phase("outer", makes_inside, leaves_it).writes(declared);
  co_return ctx.at("/new/deep/place").exists();
}

TEST(Phase, ItsContractLetsItMakeTheMapsOnTheWay) {
  for (const bool leaves_it : {true, false}) {
    auto driver = machine_driver::running(makes_the_way);
    driver.start(encode_arguments(std::string("/new/deep/place"), leaves_it));
    ASSERT_FALSE(driver.bug()) << driver.bug()->message;
    EXPECT_EQ(driver.result(), leaves_it ? "true" : "false");
    EXPECT_EQ(explained(driver.replay()), "");
  }
  auto refused = machine_driver::running(makes_the_way);
  refused.start(encode_arguments(std::string("/new/deep/other"), true));
  ASSERT_TRUE(refused.bug());
  EXPECT_THAT(refused.bug()->message, HasSubstr("the phase writes '/new/deep/place'"));
}

// A root that branches on what a later phase changes (rule 20).
workflow<void> ships(context& ctx) {
  co_await ctx.call(work, 3);
  ctx["shipped"] = true;
}

workflow<std::int64_t> branches(context& ctx) {
  ctx["shipped"] = false;
  co_await ctx.call(work, 1);
  if (!ctx["shipped"].as<bool>()) co_await ctx.call(work, 2);
  co_await ctx.phase("shipping", ships);
  co_return ctx["shipped"].as<bool>() ? co_await ctx.call(work, 4) : 0;
}

TEST(Phase, Rule20_ReplayBeginsWithTheContextOfTheBeginning) {
  auto driver = machine_driver::running(branches);
  driver.start();
  driver.complete(1, "0");
  driver.complete(2, "0");
  driver.complete({"3", 1}, "0");
  driver.evict();
  driver.complete(4, "9");
  EXPECT_EQ(driver.result(), "9");
  EXPECT_EQ(explained(driver.replay()), "");
}

workflow<std::int64_t> inner_phase(context& ctx, std::int64_t n) {
  ctx["inner"] = n;
  co_return co_await ctx.call(work, n);
}

workflow<std::int64_t> outer_phase(context& ctx, std::int64_t n) {
  ctx["outer"] = n;
  auto [a, b] = co_await theus::all(ctx.phase("inner", inner_phase, n + 1),
                                    ctx.call(work, ctx.random().uniform(0, 1000)));
  co_await ctx.sleep(1s);
  co_return a + ctx["inner"].as<std::int64_t>();
}

workflow<std::int64_t> nests(context& ctx) {
  auto [a, b] = co_await theus::all(ctx.phase("outer", outer_phase, 10), ctx.sleep(2s));
  co_return a + ctx["inner"].as<std::int64_t>() + ctx.random().uniform(0, 0);
}

TEST(Phase, NestedOnesMergeOutwards) {
  auto driver = machine_driver::running(nests);
  driver.start();
  driver.complete({"1/1", 1}, "100");
  EXPECT_EQ(driver.state().context().find(path() / "inner"), std::nullopt);
  driver.evict();
  driver.complete({"1", 2}, "0");
  driver.advance(1s);
  driver.fire_due();
  EXPECT_EQ(driver.state().context().get(path() / "inner"), value(11));
  driver.evict();
  driver.advance(1s);
  driver.fire_due();
  EXPECT_EQ(driver.result(), "122");
  EXPECT_EQ(explained(driver.replay()), "");
}

workflow<std::int64_t> takes_inside(context& ctx) {
  const auto got = co_await ctx.receive(number_signal);
  ctx["got"] = got;
  ctx["copied"] = ctx["got"];
  co_return got;
}

workflow<std::int64_t> takes_in_an_inner_phase(context& ctx) {
  const auto got = co_await ctx.phase("inner", takes_inside);
  co_await ctx.call(work, 1);
  co_return got;
}

workflow<std::int64_t> takes_in_an_outer_phase(context& ctx) {
  const auto got = co_await ctx.phase("outer", takes_in_an_inner_phase);
  co_await ctx.call(work, 2);
  co_return got + ctx["copied"].as<std::int64_t>();
}

TEST(Phase, Rule19_SignalsTakenInsideAreKnownWhenARunComesBackFromACheckpoint) {
  auto driver = machine_driver::running(takes_in_an_outer_phase);
  driver.start();
  driver.signal("number", "7");
  ASSERT_TRUE(driver.evict_to_checkpoint(2));
  driver.complete({"1", 2}, "0");
  EXPECT_EQ(explained(driver.replay()), "");
  driver.evict();
  driver.complete(2, "0");
  EXPECT_EQ(driver.result(), "14");
  EXPECT_EQ(explained(driver.replay()), "");
}

workflow<std::int64_t> takes_what_came_before(context& ctx) {
  co_await ctx.call(work, 1);
  auto [got, done] = co_await theus::all(ctx.receive(number_signal), ctx.call(work, 2));
  co_return got + done;
}

TEST(Phase, Rule20_ASignalUnreadInOneCheckpointAndHeldInTheNextIsNotLost) {
  auto driver = machine_driver::running(takes_what_came_before);
  driver.start();
  driver.signal("number", "7");
  ASSERT_TRUE(driver.evict_to_checkpoint(2));
  driver.complete(1, "0");
  ASSERT_TRUE(driver.evict_to_checkpoint(3));
  driver.complete(3, "1");
  ASSERT_TRUE(driver.is_finished());
  EXPECT_EQ(driver.result(), "8");
  EXPECT_EQ(explained(driver.replay()), "");
}

workflow<void> reads_elsewhere(context& ctx) {
  ctx["secret"].value_or<std::int64_t>(0);
  co_return;
}

workflow<void> hides_a_read(context& ctx) { co_await ctx.phase("inner", reads_elsewhere); }

workflow<void> declares_reads(context& ctx) {
  co_await ctx.phase("outer", hides_a_read).reads("order");
}

TEST(Phase, ItsContractHoldsForPhasesInsideIt) {
  auto driver = machine_driver::running(declares_reads);
  driver.start();
  ASSERT_TRUE(driver.bug());
  EXPECT_THAT(driver.bug()->message, HasSubstr("reads '/secret'"));
}

workflow<std::int64_t> gives_up_a_phase(context& ctx) {
  const auto got = co_await ctx.phase("adding", adds, 5).within(1h);
  co_await ctx.call(work, 1);
  co_return got.value_or(-1);
}

TEST(Phase, OneThatIsGivenUpIsRolledBack) {
  auto driver = machine_driver::running(gives_up_a_phase);
  driver.start();
  driver.advance(1h);
  driver.fire_due();
  EXPECT_THAT(driver.commands(),
              ElementsAre("#1:1 withdraw activity", "#1 cancelled", "#3 call work [1]"));
  driver.evict();
  driver.complete(3, "0");
  EXPECT_EQ(driver.result(), "-1");
  EXPECT_EQ(driver.state().context().tree(), value(map()));
  EXPECT_EQ(explained(driver.replay()), "");
}

}  // namespace
}  // namespace theus
