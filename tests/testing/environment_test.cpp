#include <chrono>
#include <filesystem>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "theus/runtime/describe.hpp"
#include "theus/testing.hpp"

#include "testing/workflows.hpp"

namespace theus::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

application all_workflows() {
  application app;
  app.add("doubles", doubles).add("sleeps", sleeps).add("listens", listens).add("fails", fails);
  app.add("breaks", breaks).add("asks", asks).add("draws", draws);
  app.add("loops", loops).add("bills", bills).add("echoes", echoes);
  app.add("locks_itself_out", locks_itself_out);
  return app;
}

class Environment : public ::testing::Test {
 protected:
  application app = all_workflows();
  environment env{app};
};

template <class Error, class Function>
std::string thrown_by(Function function) {
  try {
    function();
  } catch (const Error& e) {
    return e.what();
  }
  return "nothing of that kind was thrown";
}

// ---- time

TEST_F(Environment, AYearPassesWhileARunIsWaitedFor) {
  const auto begun = env.now();
  auto run = env.start(sleeps, "year", 365 * 24h, 1);
  EXPECT_EQ(run.result(), 1);
  EXPECT_EQ(env.now() - begun, 365 * 24h);
}

TEST_F(Environment, EachDayOfAYearMayBeATurn) {
  const auto begun = env.now();
  EXPECT_EQ(env.start(sleeps, "year", 24h, 365).result(), 365);
  EXPECT_EQ(env.now() - begun, 365 * 24h);
}

TEST_F(Environment, TimeStandsStillUntilItIsAdvanced) {
  auto run = env.start(sleeps, "week", 24h, 7);
  env.run_until_idle();
  EXPECT_EQ(describe(run.context()), "{}");
  env.advance(24h - 1us);
  EXPECT_EQ(describe(run.context()), "{}");
  env.advance(1us);
  EXPECT_EQ(describe(run.context()), R"({"slept":1})");
  env.advance(5 * 24h);
  EXPECT_EQ(describe(run.context()), R"({"slept":6})");
  EXPECT_FALSE(run.is_finished());
  env.advance(24h);
  EXPECT_TRUE(run.is_finished());
}

TEST_F(Environment, ARunThatWaitsForTimeIsReportedWhenTimeDoesNotSkip) {
  environment still(app, {.skips_time = false});
  auto run = still.start(sleeps, "week", 24h, 7);
  EXPECT_THAT(thrown_by<unfinished>([&] { run.result(); }),
              AllOf(HasSubstr("before time passes"), HasSubstr("sleep until 2026-01-02T00:00:00")));
}

TEST_F(Environment, AnActivityThatFailsForEverIsReportedInTheEnd) {
  environment brief_one(app, {.most_steps = 50});
  brief_one.fail(twice, attempts::all(), failure("broken", "for good"));
  auto run = brief_one.start(doubles, "a", 1);
  EXPECT_THAT(thrown_by<unfinished>([&] { run.result(); }),
              AllOf(HasSubstr("not finished after 51 steps"), HasSubstr("broken")));
}

TEST_F(Environment, ParanoidModeAllowsFewerStepsUnlessTold) {
  const auto sleeps_often = [&](environment_options options) {
    environment brief_one(app, options);
    return brief_one.start(sleeps, "a", 1h, 1'050).result();
  };
  EXPECT_THAT(thrown_by<unfinished>([&] { sleeps_often({}); }),
              AllOf(HasSubstr("not finished after 1001 steps"), HasSubstr("most_steps"),
                    HasSubstr("without .paranoid")));
  EXPECT_EQ(sleeps_often({.paranoid = false}), 1'050);
}

TEST_F(Environment, TheEndOfTheTimeThatMayPassIsReported) {
  environment brief_one(app, {.longest = 24h});
  auto run = brief_one.start(sleeps, "a", 10h, 5);
  EXPECT_THAT(thrown_by<unfinished>([&] { run.result(); }),
              AllOf(HasSubstr("on 2026-01-02T06:00:00"), HasSubstr("more than 24 h")));
  brief_one.advance(11h);  // who tells time to pass is not held back
  EXPECT_EQ(run.context<std::int64_t>("/slept"), 3);
}

TEST_F(Environment, ALoopThatTakesNoTimeIsReportedInTheEnd) {
  environment brief_one(app, {.most_steps = 50});
  brief_one.mock(twice, 4);
  EXPECT_THAT(thrown_by<unfinished>([&] { brief_one.start(loops, "a"); }),
              HasSubstr("without time passing"));
}

TEST_F(Environment, RunsThatNeverLeaveOneAnotherAloneAreReportedInTheEnd) {
  environment brief_one(app, {.paranoid = false, .most_steps = 2});
  brief_one.start(echoes, "a", "b");
  brief_one.start(echoes, "b", "a");
  EXPECT_THAT(thrown_by<unfinished>([&] { brief_one.signal("a", word, "hello"); }),
              HasSubstr("wake one another without end"));
}

// ---- activities

TEST_F(Environment, AMockStandsForTheActivity) {
  env.mock(twice, [](std::int64_t number) { return 20 * number; });
  EXPECT_EQ(env.start(doubles, "a", 2).result(), 40);
}

TEST_F(Environment, AMockMayBeTheResultItself) {
  env.mock(twice, 7);
  EXPECT_EQ(env.start(doubles, "a", 2).result(), 7);
}

TEST_F(Environment, AMockMaySeeItsAttempt) {
  env.mock(twice, [](attempt& a, std::int64_t) -> std::int64_t {
    if (a.number() < 3) throw failure("early", "not yet");
    return a.number();
  });
  EXPECT_EQ(env.start(doubles, "a", 2).result(), 3);
}

TEST_F(Environment, WhatIsNotMockedIsWhatTheApplicationBinds) {
  app.bind(twice, [](std::int64_t number) { return 2 * number; });
  environment bound(app);
  EXPECT_EQ(bound.start(doubles, "a", 21).result(), 42);
}

TEST_F(Environment, AnAwaitableActivityWaitsForWhatIsReal) {
  app.bind(twice, [](std::int64_t number) -> boost::asio::awaitable<std::int64_t> {
    boost::asio::steady_timer real(co_await boost::asio::this_coro::executor, 1ms);
    co_await real.async_wait(boost::asio::use_awaitable);
    co_return 2 * number;
  });
  environment bound(app);
  EXPECT_EQ(bound.start(doubles, "a", 21).result(), 42);
}

TEST_F(Environment, AnAwaitableActivityThatTakesTooLongIsNamed) {
  app.bind(twice, [](std::int64_t) -> boost::asio::awaitable<std::int64_t> {
    boost::asio::steady_timer real(co_await boost::asio::this_coro::executor, 24h);
    co_await real.async_wait(boost::asio::use_awaitable);
    co_return 0;
  });
  environment bound(app, {.real_wait = 5ms});
  EXPECT_THAT(thrown_by<unfinished>([&] { bound.start(doubles, "a", 21); }),
              HasSubstr("activity 'twice' is not mocked and has not ended after 5 ms"));
}

TEST_F(Environment, AnActivityThatNobodyBindsIsNamed) {
  auto run = env.start(doubles, "a", 2);
  EXPECT_THAT(thrown_by<unfinished>([&] { run.result(); }),
              HasSubstr("activity 'twice', which is neither bound nor mocked"));
  env.mock(twice, 4);
  EXPECT_EQ(run.result(), 4);
}

TEST_F(Environment, AnActivityThatOnlyFailsAtFirstIsNamedToo) {
  env.fail(twice, attempts::first(1), failure("busy", "try later"));
  auto run = env.start(doubles, "a", 2);
  EXPECT_THAT(thrown_by<unfinished>([&] { run.result(); }),
              HasSubstr("activity 'twice', which is neither bound nor mocked"));
  env.mock(twice, 4);
  EXPECT_EQ(run.result(), 4);
  EXPECT_EQ(env.attempts_of(twice).size(), 2u);
}

TEST_F(Environment, AttemptsFailAsTheyAreTold) {
  env.mock(twice, 4).fail(twice, attempts::only(2), failure("never", "comes to that"));
  env.fail(twice, attempts::first(2), failure("busy", "try later"));
  EXPECT_EQ(env.start(doubles, "a", 2).result(), 4);
  const auto seen = env.attempts_of(twice);
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[2].number, 3u);
  EXPECT_EQ(std::get<0>(seen[2].arguments), 2);
  EXPECT_EQ(seen[0].idempotency_key, seen[2].idempotency_key);
  EXPECT_GT(seen[1].began, seen[0].began);
}

TEST_F(Environment, AFailureForGoodIsNotTriedAgain) {
  env.fail(twice, attempts::all(), failure("refused", "no").non_retryable());
  EXPECT_THAT(env.start(doubles, "a", 2).failure().message, HasSubstr("refused: no"));
  EXPECT_EQ(env.attempts_of(twice).size(), 1u);
}

TEST_F(Environment, ADelayedActivityAnswersLater) {
  env.mock(twice, 4).delay(twice, 3h);
  auto run = env.start(doubles, "a", 2);
  const auto begun = env.now();
  env.advance(3h - 1us);
  EXPECT_FALSE(run.is_finished());
  EXPECT_EQ(run.result(), 4);
  EXPECT_EQ(env.now() - begun, 3h);
}

// ---- runs

TEST_F(Environment, ARunThatWaitsForWhatNeverComesSaysForWhatWhereAndSinceWhen) {
  auto run = env.start(listens, "a");
  env.advance(1h);
  env.signal("a", done, true);
  const auto said = thrown_by<unfinished>([&] { run.result(); });
  EXPECT_THAT(said, HasSubstr("workflow 'a' cannot finish: nothing is left to happen"));
  EXPECT_THAT(said, HasSubstr("receive word, since 2026-01-01T00:00:00.000000Z, at "));
  EXPECT_THAT(said, HasSubstr("workflows.cpp:"));
  EXPECT_THAT(said, HasSubstr("nobody has taken signal done true"));
  EXPECT_EQ(run.unread_signals().at("done"), std::vector<journal::payload>{"true"});
}

TEST_F(Environment, ARunThatLocksItselfOutSaysSo) {
  auto run = env.start(locks_itself_out, "a");
  EXPECT_THAT(thrown_by<unfinished>([&] { run.result(); }), HasSubstr("it waits for\n  a mutex\n"));
}

TEST_F(Environment, AFailedRunSaysHow) {
  auto run = env.start(fails, "a");
  run.signal(word, "sorry");
  EXPECT_THAT(thrown_by<run_failed>([&] { run.result(); }),
              HasSubstr("workflow 'a' failed: heard: sorry"));
  EXPECT_EQ(run.failure().type, "heard");
}

TEST_F(Environment, ACompletedRunHasNoFailure) {
  env.mock(twice, 4);
  auto run = env.start(doubles, "a", 2);
  EXPECT_THAT(thrown_by<std::logic_error>([&] { run.failure(); }), HasSubstr("completed, with 4"));
}

TEST_F(Environment, ACancelledRunIsCancelled) {
  auto run = env.start(listens, "a");
  run.cancel("no more");
  EXPECT_EQ(run.outcome().status, journal::run_status::cancelled);
}

TEST_F(Environment, ABugInAWorkflowIsReportedAtOnceWithItsPlace) {
  auto run = env.start(breaks, "a");
  EXPECT_THAT(thrown_by<stuck>([&] { run.result(); }),
              AllOf(HasSubstr("workflow 'a' is stuck"), HasSubstr("this is a bug"),
                    HasSubstr("workflows.cpp:")));
}

TEST_F(Environment, AnotherRunThatIsStuckIsNamedByTheOneThatWaitsForIt) {
  env.start(breaks, "b");
  auto run = env.start(listens, "a");
  EXPECT_THAT(thrown_by<unfinished>([&] { run.result(); }), HasSubstr("workflow 'b' is stuck"));
}

TEST_F(Environment, RunsTalkToOneAnother) {
  auto one = env.start(listens, "a");
  auto other = env.start(asks, "b", "a");
  EXPECT_EQ(one.result(), "b");
  other.signal(word, "thanks");
  EXPECT_EQ(other.result(), "thanks");
  EXPECT_EQ(env.find<std::string>("a").id(), one.id());
}

TEST_F(Environment, RunsAreStartedByNameToo) {
  env.mock(twice, 4);
  EXPECT_EQ(env.start<std::int64_t>("doubles", "a", 2).result(), 4);
  EXPECT_THAT(thrown_by<error_exception>([&] { env.start<int>("nobody", "b"); }),
              HasSubstr("nobody"));
  EXPECT_THAT(thrown_by<error_exception>([&] { env.find<int>("b"); }), HasSubstr("'b'"));
}

TEST_F(Environment, AFunctionThatWasNotAddedIsRefused) {
  application empty;
  environment other(empty);
  EXPECT_THROW(other.start(listens, "a"), error_exception);
}

TEST_F(Environment, TheHistoryIsText) {
  env.mock(twice, 4);
  auto run = env.start(doubles, "a", 2);
  EXPECT_THAT(run.history(),
              AllOf(HasSubstr("of doubles 'a', completed"), HasSubstr("     < #1 call twice [2]"),
                    HasSubstr("     > #1 completed 4")));
}

TEST_F(Environment, TheContextIsReadWholeOrByPlace) {
  env.mock(twice, 4);
  auto run = env.start(doubles, "a", 2);
  EXPECT_EQ(describe(run.context()), R"({"result":4})");
  EXPECT_EQ(run.context<std::int64_t>("/result"), 4);
  EXPECT_THAT(thrown_by<error_exception>([&] { (void)run.context<int>("/total"); }),
              HasSubstr("total"));
}

// ---- processes

TEST_F(Environment, AKilledProcessGoesOnFromItsJournal) {
  env.mock(twice, 4).delay(twice, 1h);
  auto run = env.start(doubles, "a", 2);
  env.kill();
  EXPECT_EQ(run.result(), 4);
  EXPECT_EQ(env.attempts_of(twice).size(), 2u);  // nobody knows how far the first one came
}

TEST_F(Environment, EveryTurnIsMadeTwiceUnlessToldOtherwise) {
  std::int64_t drifting = 0;
  app.add("drifts", [](context& ctx, std::string where) -> workflow<void> {
    auto* counter = reinterpret_cast<std::int64_t*>(std::stoull(where));
    co_await ctx.sleep(std::chrono::seconds(++*counter));
  });
  const auto where = std::to_string(reinterpret_cast<std::uintptr_t>(&drifting));
  environment paranoid(app);
  EXPECT_THROW(paranoid.start<void>("drifts", "a", where).result(), stuck);
  environment trusting(app, {.paranoid = false});
  trusting.start<void>("drifts", "a", where).result();
}

TEST_F(Environment, TheSameSeedGivesTheSameAndAnotherSeedDoesNot) {
  const auto drawn = [&](std::uint64_t seed) {
    environment of_seed(app, {.seed = seed});
    of_seed.mock(tell, [](std::string) {});
    return of_seed.start(draws, "a").result();
  };
  EXPECT_EQ(drawn(1), drawn(1));
  EXPECT_NE(drawn(1), drawn(2));
}

TEST_F(Environment, ATrimmedRunIsReportedFromItsCheckpoint) {
  app.retain("bills", trim_to_checkpoint);
  environment_options options;
  options.engine.checkpoint_records = 4;
  environment trimming(app, options);
  auto run = trimming.start(bills, "a", 30);
  trimming.advance(25 * 24h);
  EXPECT_THAT(run.history(), Not(HasSubstr("started bills")));
  EXPECT_EQ(describe(run.context()), R"({"billed":25})");
  EXPECT_THAT(run.waits(), ElementsAre(HasSubstr("sleep until 2026-01-27")));

  const auto file = std::filesystem::path(::testing::TempDir()) / "theus-trimmed.history";
  run.save_history(file);
  EXPECT_TRUE(replay_history(app, file));
  std::filesystem::remove(file);
  EXPECT_EQ(run.result(), 30);
}

// ---- what has to hold

TEST_F(Environment, WhatIsRequiredAndDoesNotHoldIsThrownWithItsPlace) {
  EXPECT_THAT(thrown_by<std::logic_error>([&] { env.require(1 + 1 == 3, "arithmetic"); }),
              AllOf(HasSubstr("environment_test.cpp:"), HasSubstr("does not hold: arithmetic")));
}

TEST_F(Environment, WhatMustAlwaysHoldIsLookedAtAfterEachStep) {
  int told = 0;
  env.mock(tell, [&](std::string) { ++told; });
  env.always("nobody is told anything", [&] { return told == 0; });
  auto run = env.start(draws, "a");
  EXPECT_THAT(thrown_by<std::logic_error>([&] { run.result(); }),
              HasSubstr("does not always hold: nobody is told anything"));
}

TEST_F(Environment, TheTranscriptSaysWhatHappened) {
  env.mock(twice, 4);
  env.start(doubles, "a", 2);
  EXPECT_EQ(env.transcript(),
            "start doubles 'a' [2]\n"
            "twice[2] of 'a', attempt 1: takes effect\n"
            "twice[2] of 'a', attempt 1: answers 4\n");
}

}  // namespace
}  // namespace theus::testing
