#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "theus/testing.hpp"
#include "theus/testing/gtest.hpp"

#include "testing/racing_workflows.hpp"

namespace theus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// A scenario for each pair, with what has to hold.

template <class Workflow>
scenario two_deposits(Workflow what) {
  return [what](environment& env) {
    env.mock(check, true);
    auto run = env.start(what, "account");
    env.in_any_order({[&] { run.signal(deposit, 3); }, [&] { run.signal(deposit, 4); }});
    const auto balance = run.result();
    env.require(balance == 7, "the balance is 7 and not " + std::to_string(balance));
  };
}

template <class Workflow>
scenario a_stop(Workflow what) {
  return [what](environment& env) {
    env.mock(is_ready, true);
    auto run = env.start(what, "poll");
    const bool accepted = run.signal(stop, true);
    const auto said = run.result();
    env.require(!accepted || said == "stopped", "a stop that was accepted is not missed");
  };
}

template <class Workflow>
scenario a_trip(Workflow what) {
  return [what](environment& env) {
    std::vector<std::string> booked;
    env.mock(book, [&](std::string what_) {
      if (std::ranges::find(booked, what_) == booked.end()) booked.push_back(what_);
    });
    env.mock(unbook, [&](std::string what_) {
      if (std::ranges::find(booked, what_) == booked.end()) return;  // it was, before a kill
      env.require(booked.back() == what_, "the last that was booked goes first");
      booked.pop_back();
    });
    env.start(what, "trip").result();
    env.require(booked.empty(), "nothing stays booked");
  };
}

template <class Workflow>
scenario an_answer(Workflow what) {
  return [what](environment& env) {
    std::set<std::string> replies;
    env.mock(reply, [&](attempt& a, std::string) { replies.insert(a.idempotency_key()); });
    env.always("one reply at most", [&] { return replies.size() <= 1; });
    auto run = env.start(what, "question");
    run.signal(deposit, 1);
    run.result();
  };
}

template <class Workflow>
scenario a_cancellation(Workflow what) {
  return [what](environment& env) {
    bool is_held = false;
    env.mock(acquire, [&] { is_held = true; }).mock(work, [] {});
    env.mock(release, [&] { is_held = false; });
    auto run = env.start(what, "worker");
    run.cancel();
    run.outcome();
    env.require(!is_held, "what was acquired is released");
  };
}

template <class... Workflows>
application application_of(Workflows... all) {
  application app;
  int number = 0;
  (app.add("workflow" + std::to_string(++number), all), ...);
  return app;
}

// The usual order holds, the explored ones do not, and the reduced one fails alike, again and
// again; the right form holds in as many.
template <class Wrong, class Right, class Scenario>
void expect_found(Wrong wrong, Right right, Scenario make, const std::string& said,
                  std::size_t most_departures) {
  const application app = application_of(wrong, right);
  environment usual(app);
  make(wrong)(usual);

  const auto found = explore(10'000, app, make(wrong));
  ASSERT_FALSE(found);
  std::cout << found;
  EXPECT_THAT(found.text(), HasSubstr(said));
  EXPECT_THAT(found.text(), HasSubstr("seed " + std::to_string(found.seed())));
  EXPECT_LE(found.order().size() - static_cast<std::size_t>(std::ranges::count(found.order(), 0u)),
            most_departures);

  const auto of_seed = explore({.seed = found.seed(), .executions = 1}, app, make(wrong));
  EXPECT_EQ(of_seed.order(), found.order());
  const auto of_order = explore({.order = found.order()}, app, make(wrong));
  ASSERT_FALSE(of_order);
  EXPECT_THAT(of_order.text(), HasSubstr(said));

  EXPECT_TRUE(explore(3'000, app, make(right)));
}

TEST(Explore, FindsALostUpdate) {
  expect_found(
      loses_an_update, loses_no_update, [](auto what) { return two_deposits(what); },
      "the balance is 7 and not", 1);
}
TEST(Explore, FindsASignalMissedBetweenChecks) {
  expect_found(
      misses_a_signal, misses_no_signal, [](auto what) { return a_stop(what); },
      "a stop that was accepted is not missed", 2);
}
TEST(Explore, FindsCompensationInTheWrongOrder) {
  expect_found(
      undoes_in_a_fixed_order, undoes_in_the_order_of_doing, [](auto what) { return a_trip(what); },
      "the last that was booked goes first", 1);
}
TEST(Explore, FindsADoubleReply) {
  expect_found(
      replies_twice, replies_once, [](auto what) { return an_answer(what); },
      "does not always hold: one reply at most", 2);
}
TEST(Explore, FindsAForgottenCancellation) {
  expect_found(
      forgets_cancellation, minds_cancellation, [](auto what) { return a_cancellation(what); },
      "what was acquired is released", 1);
}

// Tried one after the other, the first order that fails departs as little as any that does.
TEST(Explore, EveryFindsTheLeastDepartureThatFails) {
  const application app = application_of(replies_twice, replies_once);
  const auto found = explore({.executions = 10'000, .every = true}, app, an_answer(replies_twice));
  ASSERT_FALSE(found);
  EXPECT_EQ(std::ranges::count(found.order(), 0u) + 1, std::ssize(found.order()));
  EXPECT_THAT(found.text(), HasSubstr("one reply at most"));
  EXPECT_TRUE(explore({.executions = 3'000, .every = true}, app, an_answer(replies_once)));
}

TEST(Explore, EverySaysWhenNoOrderIsLeft) {
  const application app = application_of(loses_no_update);
  explore_options all{.executions = 100'000, .every = true, .kills = 0};
  const auto done = explore(all, app, two_deposits(loses_no_update));
  ASSERT_TRUE(done);
  EXPECT_TRUE(done.counted().is_every);
  EXPECT_EQ(done.counted().orders, done.counted().executions);  // none twice
  EXPECT_THAT(done.text(), HasSubstr("every order holds"));

  all.executions = done.counted().executions - 1;
  const auto most = explore(all, app, two_deposits(loses_no_update));
  EXPECT_FALSE(most.counted().is_every);
  EXPECT_THAT(most.text(), HasSubstr("all orders that depart from the usual one less than"));

  // What drawing finds, this has seen.
  explore_options drawn{.executions = 5'000, .kills = 0};
  EXPECT_LE(explore(drawn, app, two_deposits(loses_no_update)).counted().orders,
            done.counted().orders);
}

TEST(Explore, TimeWaitsForEverythingElseWhenToldSo) {
  const application app = application_of(replies_twice);
  explore_options patient;
  patient.time_races = false;
  EXPECT_TRUE(explore(patient, app, an_answer(replies_twice)));
  EXPECT_FALSE(explore(explore_options(), app, an_answer(replies_twice)));
}

TEST(Explore, NothingHoldsOfNoExecution) {
  const application app = application_of(replies_once);
  EXPECT_FALSE(explore(0, app, an_answer(replies_once)));
}

TEST(Explore, FindsWhatAKillRepeats) {
  const application app = application_of(loses_no_update);
  const scenario counts_checks = [](environment& env) {
    int checks = 0;
    env.mock(check, [&](std::int64_t) { return ++checks > 0; });
    auto run = env.start(loses_no_update, "account");
    run.signal(deposit, 3);
    run.signal(deposit, 4);
    run.result();
    env.require(checks == 2, "each deposit is checked once");
  };
  EXPECT_TRUE(explore({.executions = 500, .kills = 0}, app, counts_checks));
  const auto found = explore({.executions = 500}, app, counts_checks);
  ASSERT_FALSE(found);
  EXPECT_THAT(found.text(), AllOf(HasSubstr("each deposit is checked once"),
                                  HasSubstr("* the process is killed")));
}

TEST(Explore, FindsWhatAFailureBehindAnEffectLeaves) {
  const application app = application_of(trusts_a_failure, undoes_what_failed);
  const auto a_flight = [](auto what) -> scenario {
    return [what](environment& env) {
      bool is_booked = false;
      env.mock(book, [&](std::string) { is_booked = true; });
      env.mock(unbook, [&](std::string) { is_booked = false; });
      const bool said = env.start(what, "flight").result();
      env.require(said == is_booked, "it is booked if the workflow says so");
    };
  };
  const explore_options options{.executions = 1'000, .failures = 3};
  const auto found = explore(options, app, a_flight(trusts_a_failure));
  ASSERT_FALSE(found);
  EXPECT_THAT(found.text(),
              HasSubstr("* book[\"flight\"] of 'flight', attempt 1: fails after its effect"));
  EXPECT_TRUE(explore(1'000, app, a_flight(trusts_a_failure)));  // none fails unless told
  EXPECT_TRUE(explore(options, app, a_flight(undoes_what_failed)));
}

TEST(Explore, AFailureInTheUsualOrderIsSaidToBeOne) {
  const application app = application_of(loses_no_update);
  const auto found =
      explore(10, app, [](environment& env) { env.require(false, "nothing holds"); });
  EXPECT_THAT(found.text(), HasSubstr("this is the usual order"));
}

TEST(Explore, WithExpectationsTakesThemFromGoogleTest) {
  const application app = application_of(loses_an_update);
  const auto found = explore(1'000, app, with_expectations([](environment& env) {
                               env.mock(check, true);
                               auto run = env.start(loses_an_update, "account");
                               run.signal(deposit, 3);
                               run.signal(deposit, 4);
                               EXPECT_EQ(run.result(), 7);
                             }));
  ASSERT_FALSE(found);
  EXPECT_THAT(found.text(), AllOf(HasSubstr("explore_test.cpp:"), HasSubstr("run.result()")));
}

TEST(Explore, ARunThatPollsWithoutEndDoesNotKeepTheScenarioFromGoingOn) {
  const application app = application_of(polls_without_pause);
  const scenario stops_it = [](environment& env) {
    env.mock(is_ready, false);
    auto run = env.start(polls_without_pause, "poll");
    run.signal(stop, true);
    run.result();
  };
  EXPECT_TRUE(explore({.executions = 20, .every = true, .kills = 0}, app, stops_it));
  const scenario and_fails = [&](environment& env) {
    stops_it(env);
    env.require(false, "nothing holds");
  };
  explore_options few{.executions = 20, .kills = 0};
  few.reductions = 5;
  EXPECT_THAT(explore(few, app, and_fails).text(), HasSubstr("nothing holds"));
}

TEST(Explore, FindsAnEffectThatComesAfterItsCallWasGivenUp) {
  const application app = application_of(undoes_what_was_late_once, books_in_time);
  const auto a_flight = [](auto what) -> scenario {
    return [what](environment& env) {
      bool is_booked = false;
      bool is_undone = false;
      env.mock(book, [&](std::string) { is_booked = true; });
      env.mock(unbook, [&](std::string) { is_undone = !(is_booked = false); });
      env.start(what, "flight").outcome();
      env.run_until_idle();
      env.require(is_booked != is_undone, "it is booked, or that is undone");
    };
  };
  const auto found = explore({.kills = 0}, app, a_flight(undoes_what_was_late_once));
  ASSERT_FALSE(found);
  EXPECT_THAT(found.text(), HasSubstr("* book[\"flight\"] of 'flight', attempt 1: takes effect\n"));
  EXPECT_TRUE(explore({.kills = 0}, app, a_flight(books_in_time)));
}

TEST(Explore, FindsWhatTheScenarioIsNotTold) {
  const application app = application_of(loses_no_update);
  const auto found = explore(10, app, [](environment& env) {
    auto run = env.start(loses_no_update, "account");
    run.signal(deposit, 3);
  });
  EXPECT_THAT(found.text(), HasSubstr("activity 'check', which is neither bound nor mocked"));
}

TEST(Explore, TheLinesThatRepeatAFailureNameTheOptionsItNeeds) {
  const application app = application_of(trusts_a_failure);
  const scenario books = [](environment& env) {
    env.mock(book, [](std::string) {});
    env.require(env.start(trusts_a_failure, "flight").result(), "it is booked");
  };
  explore_options options{.executions = 1'000, .kills = 0, .failures = 1};
  const auto found = explore(options, app, books);
  ASSERT_FALSE(found);
  EXPECT_THAT(found.text(), AllOf(HasSubstr("explore({.kills = 0, .failures = 1, .order = {"),
                                  HasSubstr(".executions = 1, .kills = 0, .failures = 1}, …)")));
  options.order = found.order();
  EXPECT_THAT(explore(options, app, books).text(), HasSubstr("does not hold: it is booked"));
  // With other options it is another order, or none.
  const auto otherwise = explore({.kills = 0, .order = {9, 9}}, app, books);
  EXPECT_FALSE(otherwise);
  EXPECT_THAT(otherwise.text(), HasSubstr("its entry 1 is 9, where it is chosen from "));
}

TEST(Explore, AFailureThatDoesNotRepeatIsShownAllTheSame) {
  const application app = application_of(loses_no_update);
  int times = 0;
  const auto found = explore(10, app, [&](environment& env) {
    env.mock(check, true);
    env.require(++times != 5, "not the fifth time");
  });
  ASSERT_FALSE(found);
  EXPECT_THAT(found.text(), AllOf(HasSubstr("does not hold: not the fifth time"),
                                  HasSubstr("with the same order it then held")));
}

TEST(Explore, WhateverAScenarioThrowsIsReported) {
  const application app = application_of(loses_no_update);
  const auto found = explore(10, app, [](environment&) { throw 42; });
  EXPECT_THAT(found.text(), HasSubstr("throws something that is no std::exception"));
}

TEST(Explore, AnExpectationIsReportedThoughTheScenarioThrowsLater) {
  const application app = application_of(loses_no_update);
  const auto found = explore(10, app, with_expectations([](environment& env) {
                               auto run = env.start(loses_no_update, "account");
                               EXPECT_TRUE(run.is_finished()) << "the real reason";
                               run.result();  // never comes
                             }));
  EXPECT_THAT(found.text(), HasSubstr("the real reason"));
}

TEST(Explore, AScenarioThatCannotBeRunHereIsNotRunAgain) {
  const application app = application_of(loses_no_update);
  int times = 0;
  const scenario run = [&](environment&) {
    ++times;
    throw scenario_skipped("not here");
  };
  const auto done = explore(10, app, run);
  EXPECT_TRUE(done);
  EXPECT_EQ(times, 1);
  EXPECT_THAT(done.text(), HasSubstr("the scenario is skipped: not here"));
  EXPECT_TRUE(survives_crashes(app, run));
}

TEST(Explore, SaysHowManyOrdersItTriedAndHowFast) {
  const application app = application_of(loses_no_update);
  const auto done = explore(1'000, app, two_deposits(loses_no_update));
  ASSERT_TRUE(done);
  std::cout << done;
  EXPECT_EQ(done.counted().executions, 1'000u);
  EXPECT_GT(done.counted().orders, 100u);
  EXPECT_THAT(done.text(), HasSubstr("executions per second"));
}

}  // namespace
}  // namespace theus::testing
