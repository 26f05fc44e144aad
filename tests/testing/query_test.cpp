#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "theus/testing.hpp"
#include "theus/testing/gtest.hpp"

#include "testing/racing_workflows.hpp"
#include "testing/workflows.hpp"

// Queries in tests of workflows, and as what has to hold of every order.
namespace theus::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr query<std::int64_t()> slept{"slept"};
constexpr query<std::int64_t(std::int64_t)> left{"left"};
constexpr query<std::int64_t()> balance{"balance"};
constexpr query<int()> counter{"counter"};

int times_asked = 0;

application sleepers() {
  application app;
  app.add("sleeps", sleeps);
  app.bind("sleeps", slept, [](view run) { return run["slept"].value_or(std::int64_t{0}); });
  app.bind("sleeps", left,
           [](view run, std::int64_t of) { return of - run["slept"].value_or(std::int64_t{0}); });
  app.bind("sleeps", counter, [](view) { return ++times_asked; });
  return app;
}

template <class Workflow>
application account(Workflow what) {
  application app;
  app.add("account", what);
  app.bind("account", balance, [](view run) { return run["balance"].value_or(std::int64_t{0}); });
  return app;
}

TEST(EnvironmentQuery, SaysHowTheRunStandsWhileNothingRuns) {
  const application app = sleepers();
  environment env(app);
  auto run = env.start(sleeps, "s", 24h, 3);
  EXPECT_EQ(env.query("s", slept), 0);
  env.advance(24h);
  EXPECT_EQ(env.query("s", slept), 1);
  EXPECT_EQ(env.query("s", left, 3), 2);
  const auto before = run.history();
  const auto said = env.transcript();
  EXPECT_EQ(env.query(run.id().to_string(), slept), 1);
  EXPECT_EQ(run.history(), before);
  EXPECT_EQ(env.transcript(), said);
  EXPECT_EQ(run.result(), 3);
  EXPECT_EQ(env.query("s", slept), 3);
  env.kill();
  EXPECT_EQ(env.query("s", slept), 3);
}

TEST(EnvironmentQuery, IsRefusedAsARuntimeRefusesIt) {
  const application app = sleepers();
  environment env(app);
  env.start(sleeps, "s", 24h, 3);
  const auto why = [&](const auto& ask) {
    try {
      ask();
    } catch (const error_exception& e) {
      return e.code();
    }
    return errc{};
  };
  EXPECT_EQ(why([&] { env.query("nobody", slept); }), errc::not_found);
  EXPECT_EQ(why([&] { env.query("s", balance); }), errc::unknown_query);
  // Environments are paranoid unless told.
  EXPECT_EQ(why([&] { env.query("s", counter); }), errc::query_failed);
}

TEST(EnvironmentQuery, WhatMustAlwaysHoldMayAsk) {
  const application app = sleepers();
  environment env(app);
  auto run = env.start(sleeps, "s", 24h, 3);
  env.always("it sleeps once", [&] { return env.query("s", slept) <= 1; });
  try {
    run.result();
    FAIL() << "it slept three times";
  } catch (const std::logic_error& e) {
    EXPECT_THAT(e.what(), HasSubstr("does not always hold: it sleeps once"));
  }
}

// What was deposited stays.
const scenario two_deposits = [](environment& env) {
  env.mock(check, true);
  auto run = env.start<std::int64_t>("account", "a");
  env.in_any_order({[&] { run.signal(deposit, 3); }, [&] { run.signal(deposit, 4); }});
  run.result();
  env.require(env.query("a", balance) == 7, "the balance is 7");
};

TEST(EnvironmentQuery, ExploreFindsTheOrderInWhichAnAnswerIsWrong) {
  const auto found = explore(1'000, account(loses_an_update), two_deposits);
  EXPECT_FALSE(found);
  EXPECT_THAT(found.text(), HasSubstr("does not hold: the balance is 7"));
  EXPECT_TRUE(explore(300, account(loses_no_update), two_deposits));
}

}  // namespace
}  // namespace theus::testing
