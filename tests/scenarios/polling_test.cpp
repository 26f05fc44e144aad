#include "scenarios/polling.hpp"

#include <gmock/gmock.h>

#include "scenarios/rehearse.hpp"

namespace scenarios {
namespace {

using namespace std::chrono_literals;
using namespace polling;
using theus::testing::attempts;

theus::application pollers() {
  theus::application app;
  app.add("poll_rarely", poll_rarely);
  app.add("poll_in_turns", poll_in_turns);
  app.add("poll_often", poll_often);
  return app;
}

TEST(Polling, RarelyAsksOnceAMinuteUntilThereIsAnAnswer) {
  environment env(pollers());
  const auto begin = env.now();
  env.mock(fetch, std::string("done"));
  env.fail(fetch, attempts::first(9), theus::failure("not_ready", "come again"));
  auto run = env.start(poll_rarely, "poll", "job");
  EXPECT_EQ(run.result(), "done");
  EXPECT_EQ(env.attempts_of(fetch).size(), 10u);
  EXPECT_GE(env.now() - begin, 9 * 54s);  // 9 minutes, and how much they vary
  EXPECT_LE(env.now() - begin, 9 * 66s);
}

TEST(Polling, RarelyAsksNoMoreWhenTheJobIsLost) {
  environment env(pollers());
  env.fail(fetch, attempts::all(), theus::failure("lost", "no such job"));
  EXPECT_EQ(env.start(poll_rarely, "poll", "job").failure().type, "activity_failed");
  EXPECT_EQ(env.attempts_of(fetch).size(), 1u);
}

// Empty until a time, "done" from then on.
struct slow_job {
  environment& env;
  theus::time_point ready;

  std::optional<std::string> ask() const {
    if (env.now() < ready) return std::nullopt;
    return "done";
  }
};

TEST(Polling, InTurnsAsksForDays) {
  environment env(pollers());
  const slow_job job{env, env.now() + 48h};
  env.mock(look, [&](std::string) { return job.ask(); });
  auto run = env.start(poll_in_turns, "poll", "job");
  EXPECT_EQ(run.result(), "done");
  EXPECT_EQ(env.attempts_of(look).size(), 1 + 48u * 6);
}

TEST(Polling, InTurnsEndsWhenSomebodyGivesUp) {
  environment env(pollers());
  env.mock(look, std::optional<std::string>());
  auto run = env.start(poll_in_turns, "poll", "job");
  env.advance(35min);
  run.signal(given_up, "enough");
  EXPECT_EQ(run.result(), std::nullopt);
  EXPECT_EQ(run.context<std::string>("/given_up"), "enough");
  EXPECT_EQ(env.attempts_of(look).size(), 4u);
}

TEST(Polling, OftenRecordsOnlyTheAnswer) {
  int asked = 0;
  theus::application app = pollers();
  app.bind(watch, [&](theus::attempt& a, std::string job) {
    const auto ask = [&](const std::string&) -> std::optional<std::string> {
      if (++asked < 50) return std::nullopt;
      return "done";
    };
    return watch_closely(a, job, ask, 1ms);
  });
  environment env(app);
  auto run = env.start(poll_often, "poll", "job");
  EXPECT_EQ(run.result(), "done");
  EXPECT_EQ(asked, 50);
  EXPECT_EQ(env.attempts_of(watch).size(), 1u);
}

TEST(Polling, OftenWatchesAgainWhenAnAttemptWasCutShort) {
  environment env(pollers());
  env.mock(watch, std::string("done"));
  env.delay(watch, 100h, attempts::first(1));
  EXPECT_EQ(env.start(poll_often, "poll", "job").result(), "done");
  EXPECT_EQ(env.attempts_of(watch).size(), 2u);
}

// Two that ask in their own ways, while somebody may give up: an answer that was seen is never
// lost, and who was heard giving up gets none after that.
std::string two_pollers(environment& env) {
  const slow_job job{env, env.now() + 90s};
  std::optional<std::string> last_seen;
  env.mock(look, [&](std::string) { return last_seen = job.ask(); });
  env.mock(fetch, [&](std::string) {
    const auto found = job.ask();
    if (!found) throw theus::failure("not_ready", "come again");
    return *found;
  });
  auto rare = env.start(poll_rarely, "rare", "job");
  auto turns = env.start(poll_in_turns, "turns", "job");
  turns.signal(given_up, "enough");
  const auto found = turns.result();
  const bool is_given_up = turns.context().as_map().contains("given_up");
  env.require(found.has_value() != is_given_up, "it has an answer, or was given up");
  env.require(found == last_seen, "what was seen last is what it says");
  env.require(rare.result() == "done", "one that nobody stops gets an answer");
  return is_given_up ? "given up" : "answered";
}

TEST(PollingRehearsed, SurvivesAKillAtEachAppend) { expect_survives(pollers(), two_pollers); }
TEST(PollingRehearsed, HoldsInAnyOrder) {
  expect_any_order(pollers(), two_pollers, {"answered", "given up"}, {.failures = 2});
}

}  // namespace
}  // namespace scenarios
