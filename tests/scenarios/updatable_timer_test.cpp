#include "scenarios/updatable_timer.hpp"

#include <gtest/gtest.h>

#include "scenarios/rehearse.hpp"

namespace scenarios {
namespace {

using namespace std::chrono_literals;
using namespace alarm_clock;

theus::application clocks() {
  theus::application app;
  app.add("wake_at", wake_at);
  return app;
}

class UpdatableTimer : public ::testing::Test {
 protected:
  theus::testing::run<theus::time_point> start() {
    return env.start(wake_at, "alarm", begin + 24h);
  }

  environment env{clocks()};
  const theus::time_point begin = env.now();
};

TEST_F(UpdatableTimer, WakesUpAtItsTime) {
  EXPECT_EQ(start().result(), begin + 24h);
  EXPECT_EQ(env.now(), begin + 24h);
}

TEST_F(UpdatableTimer, IsMovedToEarlierAndToLater) {
  auto run = start();
  run.signal(moved, begin + 48h);
  env.advance(30h);
  EXPECT_FALSE(run.is_finished());
  EXPECT_EQ(run.context<theus::time_point>("/wakes_at"), begin + 48h);
  run.signal(moved, begin + 36h);
  EXPECT_EQ(run.result(), begin + 36h);
  EXPECT_EQ(env.now(), begin + 36h);
}

TEST_F(UpdatableTimer, WakesUpAtOnceWhenItIsMovedIntoThePast) {
  auto run = start();
  env.advance(5h);
  run.signal(moved, begin);
  EXPECT_EQ(run.result(), begin);
  EXPECT_EQ(env.now(), begin + 5h);
}

// It wakes up when the last move that was accepted says, and not before.
std::string moved_about(environment& env) {
  const auto begin = env.now();
  auto deadline = begin + 24h;
  // Too late; or it woke the run up, and a kill kept the answer from who asked.
  std::optional<theus::time_point> doubtful;
  auto run = env.start(wake_at, "alarm", deadline);
  const auto move = [&](theus::time_point to) {
    if (run.signal(moved, to)) {
      deadline = to;
    } else if (!doubtful) {
      doubtful = to;
    }
  };
  env.in_any_order({[&] { move(begin + 12h); }, [&] { move(begin + 36h); },
                    [&] { move(begin + 20h); }, [&] { move(begin + 72h); }});
  const auto woke_up = run.result();
  env.require(woke_up == deadline || woke_up == doubtful, "the last move counts");
  env.require(env.now() >= woke_up, "it does not wake up early");
  return std::to_string((woke_up - begin) / 1h);
}

TEST(UpdatableTimerRehearsed, SurvivesAKillAtEachAppend) { expect_survives(clocks(), moved_about); }
TEST(UpdatableTimerRehearsed, HoldsInAnyOrder) {
  expect_any_order(clocks(), moved_about, {"12", "20", "24", "36", "72"});
}

}  // namespace
}  // namespace scenarios
