#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "theus/testing.hpp"
#include "theus/testing/gtest.hpp"

#include "testing/racing_workflows.hpp"
#include "testing/workflows.hpp"

namespace theus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class SurvivesCrashes : public ::testing::Test {
 protected:
  SurvivesCrashes() {
    app.add("doubles", doubles).add("sleeps", sleeps).add("draws", draws).add("asks", asks);
    app.add("listens", listens).add("breaks", breaks);
  }

  application app;
};

TEST_F(SurvivesCrashes, AWorkflowIsKilledBeforeAndBehindEachAppend) {
  const auto found = survives_crashes(app, [](environment& env) {
    env.mock(twice, [](std::int64_t number) { return 2 * number; });
    env.start(doubles, "a", 21).result();
    env.start(sleeps, "b", std::chrono::hours(24), 3).result();
  });
  EXPECT_TRUE(found);
  EXPECT_EQ(found.kills(), 12u);  // two turns of `doubles`, four of `sleeps`
}

TEST_F(SurvivesCrashes, RunsThatTalkToOneAnotherDo) {
  EXPECT_TRUE(survives_crashes(app, [](environment& env) {
    auto one = env.start(listens, "a");
    auto other = env.start(asks, "b", "a");
    env.require(one.result() == "b", "a hears of b");
    other.signal(word, "thanks");
    env.require(other.result() == "thanks", "b hears thanks");
  }));
}

TEST_F(SurvivesCrashes, WhatAWorkflowDrawsStaysTheSame) {
  EXPECT_TRUE(survives_crashes(app, [](environment& env) {
    env.mock(tell, [](std::string) {});
    env.start(draws, "a").result();
  }));
}

TEST_F(SurvivesCrashes, AnActivityThatMustNotTakeEffectTwiceIsFound) {
  const auto found = survives_crashes(app, [](environment& env) {
    int calls = 0;
    env.mock(twice, [&](std::int64_t number) {
      ++calls;
      return 2 * number;
    });
    env.start(doubles, "a", 21).result();
    env.require(calls == 1, "called once");
  });
  EXPECT_FALSE(found);
  EXPECT_EQ(found.misses(), 1u);
  EXPECT_THAT(found.text(),
              AllOf(HasSubstr("killed right before append 2:"), HasSubstr("> #1 completed 42"),
                    HasSubstr("does not hold: called once"), HasSubstr("3 of 4 kills")));
}

TEST_F(SurvivesCrashes, AResultThatDiffersIsShownBesideTheOneWithoutKills) {
  const auto found = survives_crashes(app, [](environment& env) {
    std::int64_t calls = 0;
    env.mock(twice, [&](std::int64_t) { return ++calls; });
    env.start(doubles, "a", 21).result();
  });
  EXPECT_FALSE(found);
  EXPECT_THAT(found.text(), AllOf(HasSubstr("completed 2\nwithout kills: completed 1"),
                                  HasSubstr("the process is killed at its append 2")));
}

TEST_F(SurvivesCrashes, AContextThatDiffersIsOneUnlessToldOtherwise) {
  app.add("keeps", [](context& ctx) -> workflow<void> {
    co_await ctx.call(tell, "begin");
    const std::int64_t calls = co_await ctx.call(twice, 1);
    ctx["calls"] = calls;
  });
  const scenario run = [](environment& env) {
    std::int64_t calls = 0;
    env.mock(tell, [](std::string) {}).mock(twice, [&](std::int64_t) { return ++calls; });
    env.start<void>("keeps", "a").result();
  };
  EXPECT_THAT(survives_crashes(app, run).text(), HasSubstr("the root of its Context is"));
  EXPECT_TRUE(survives_crashes(app, run, {.compares_contexts = false}));
}

TEST_F(SurvivesCrashes, WhatFailsWithoutKillsIsSaidToDoSo) {
  const auto found = survives_crashes(app, with_expectations([](environment& env) {
                                        env.mock(twice, 4);
                                        EXPECT_EQ(env.start(doubles, "a", 2).result(), 5);
                                      }));
  EXPECT_FALSE(found);
  EXPECT_THAT(found.text(), AllOf(HasSubstr("without any kill: "), HasSubstr("crashes_test.cpp:")));
}

TEST_F(SurvivesCrashes, AScenarioInWhichNothingWasKilledDoesNotHold) {
  const auto found = survives_crashes(app, [](environment&) {});
  EXPECT_FALSE(found);
  EXPECT_THAT(found.text(), HasSubstr("nothing was killed"));
}

TEST_F(SurvivesCrashes, ARunThatIsStuckIsFoundThoughNobodyWaitsForIt) {
  const auto leaves = [](environment& env) {
    env.start(breaks, "a");
    env.advance(std::chrono::seconds(2));
  };
  EXPECT_THAT(survives_crashes(app, leaves).text(),
              AllOf(HasSubstr("'a' is stuck, and the scenario has not seen it"),
                    HasSubstr("this is a bug")));
  EXPECT_THAT(explore({.executions = 10, .every = true}, app, leaves).text(),
              HasSubstr("the scenario has not seen it"));
  EXPECT_TRUE(survives_crashes(app, with_expectations([](environment& env) {
                                 auto run = env.start(breaks, "a");
                                 EXPECT_THROW(run.result(), stuck);
                               })));
}

TEST_F(SurvivesCrashes, AnActivityThatIsNeitherBoundNorMockedIsFoundThoughNobodyWaits) {
  EXPECT_THAT(survives_crashes(app, [](environment& env) { env.start(doubles, "a", 1); }).text(),
              HasSubstr("activity 'twice', which is neither bound nor mocked"));
}

TEST_F(SurvivesCrashes, TheReportIsAMessageOfGoogleTest) {
  const ::testing::AssertionResult made =
      survives_crashes(app, [](environment& env) { env.require(false, "nothing holds"); });
  EXPECT_FALSE(made);
  EXPECT_THAT(made.message(), HasSubstr("does not hold: nothing holds"));
}

}  // namespace
}  // namespace theus::testing
