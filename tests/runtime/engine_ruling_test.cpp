#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// Runs that are ended, and held, from outside, whatever they are doing (rules 1, 9 and 17).
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::count_of;
using ::testing::ElementsAre;
using testing::engine_world;

constexpr activity<int(int)> work{"work"};
constexpr signal<int> note{"note"};

bool has_a_bug = false;
int cleaned_up = 0;

workflow<int> listens(context& ctx) {
  int sum = 0;
  try {
    for (int i = 0; i < 2; ++i) sum += co_await ctx.receive(note);
  } catch (const cancelled&) {
    ++cleaned_up;
    throw;
  }
  if (has_a_bug) throw std::logic_error("the bug of this binary");
  co_return sum;
}

workflow<int> sleeps(context& ctx) {
  co_await ctx.sleep(24h * 365);
  co_return 1;
}

workflow<std::vector<std::string>> keeps_order(context& ctx) {
  std::vector<std::string> seen;
  for (int i = 0; i < 2; ++i) {
    auto next = co_await any(ctx.sleep(10s), ctx.receive(note));
    seen.push_back(next.index() == 0 ? "timer" : "signal");
  }
  co_return seen;
}

workflow<int> works(context& ctx) { co_return co_await ctx.call(work, 1); }

application app() {
  application made;
  made.add("listens", listens).add("sleeps", sleeps).add("keeps_order", keeps_order);
  made.add("works", works);
  made.bind(work, [](int n) { return n; });
  return made;
}

errc code_of(const result<void>& answer) { return answer ? errc{} : answer.error().code; }

class EngineRuling : public ::testing::Test {
 protected:
  EngineRuling() : world(app()) {
    has_a_bug = false;
    cleaned_up = 0;
  }
  void begin(const std::string& type) {
    world.open();
    ASSERT_TRUE(world.start(type, "w"));
  }
  void expect_terminated(const std::string& reason = "enough") {
    const auto how = world.outcome("w");
    ASSERT_TRUE(how && *how);
    EXPECT_EQ((*how)->status, journal::run_status::terminated);
    EXPECT_EQ((*how)->failure, (journal::failure_info{"terminated", reason, {}}));
    EXPECT_EQ(count_of<journal::terminated>(world.events("w")), 1u);
    EXPECT_EQ(world.timer_rows() + world.task_rows() + world.backlog_rows(), 0u);
  }

  engine_world world;
};

TEST_F(EngineRuling, TerminatedEndsARunWithoutItsCodeAndOnce) {
  begin("listens");
  std::optional<result<run_outcome>> waited;
  world.running().wait("w", [&](auto r) { waited = std::move(r); });
  ASSERT_TRUE(world.terminate("w", "enough"));
  ASSERT_TRUE(waited && *waited);
  EXPECT_EQ((*waited)->status, journal::run_status::terminated);
  EXPECT_EQ(cleaned_up, 0);
  EXPECT_TRUE(world.terminate("w", "once more"));
  expect_terminated();
  EXPECT_EQ(code_of(world.signal("w", "note", "1")), errc::run_finished);
  world.crash();
  ASSERT_TRUE(world.store().rebuild());
  world.open();
  EXPECT_TRUE(world.terminate("w"));
  expect_terminated();
}

TEST_F(EngineRuling, TwoEndsAtOnceAreOneAndAlsoOfARunThatHasNoTurnYet) {
  world.open();
  std::vector<errc> answers;
  world.running().start({"listens", "w", "", "[]"}, [](auto) {});
  for (int i = 0; i < 2; ++i) {
    world.running().terminate("w", "enough", [&](auto r) { answers.push_back(code_of(r)); });
  }
  world.settle();
  EXPECT_THAT(answers, ElementsAre(errc{}, errc{}));
  expect_terminated();
}

TEST_F(EngineRuling, ARunThatHasEndedByItselfIsNotTerminated) {
  begin("works");
  EXPECT_EQ(world.result_of("w"), "1");
  EXPECT_EQ(code_of(world.terminate("w")), errc::run_finished);
  EXPECT_EQ(code_of(world.terminate("nobody")), errc::not_found);
  EXPECT_EQ(code_of(world.terminate("w", std::string(100'000, 'x'))), errc::limit_exceeded);
}

TEST_F(EngineRuling, TerminatedIsARunThatSleepsAndIsNotInMemory) {
  world.options.frame_cache_bytes = 0;
  begin("sleeps");
  ASSERT_EQ(world.running().counters().frames, 0u);
  const auto replays = world.running().counters().replays;
  ASSERT_TRUE(world.terminate("w", "enough"));
  EXPECT_EQ(world.running().counters().replays, replays) << "nothing of it is loaded";
  expect_terminated();
}

TEST_F(EngineRuling, Rule17TerminatedIsARunThatIsStuckWhateverItsCodeSays) {
  begin("listens");
  has_a_bug = true;
  ASSERT_TRUE(world.signal("w", "note", "1"));
  ASSERT_TRUE(world.signal("w", "note", "2"));
  ASSERT_EQ(world.stuck().size(), 1u);
  ASSERT_TRUE(world.terminate("w", "enough"));
  EXPECT_TRUE(world.stuck().empty());
  expect_terminated();
}

TEST_F(EngineRuling, TerminatedIsARunWhoseWorkflowIsNotEvenBound) {
  begin("listens");
  world.close();
  world.app = application();
  world.open();
  ASSERT_TRUE(world.terminate("w", "enough"));
  expect_terminated();
}

TEST_F(EngineRuling, WhatStillRunsForARunThatIsTerminatedIsStoppedAndDropped) {
  testing::held_activity& held = world.hold("work");
  begin("works");
  ASSERT_EQ(held.count(), 1u);
  ASSERT_TRUE(world.terminate("w", "enough"));
  held[0].complete("7");
  world.settle();
  expect_terminated();
  EXPECT_EQ(count_of<journal::activity_completed>(world.events("w")), 0u);
}

TEST_F(EngineRuling, Rule01PausedItKeepsWhatComesAndGoesOnWithIt) {
  begin("listens");
  ASSERT_TRUE(world.pause("w"));
  EXPECT_TRUE(world.pause("w"));
  EXPECT_TRUE(world.signal("w", "note", "1"));
  for (int restarts = 0; restarts < 2; ++restarts) {
    world.crash();
    ASSERT_TRUE(world.store().rebuild());
    world.open();
    world.advance(1h);
  }
  EXPECT_TRUE(world.store().instance(world.run_of("w")).value()->is_paused);
  EXPECT_EQ(world.records("w").size(), 3u) << "the start, the pause, the signal";
  EXPECT_TRUE(world.signal("w", "note", "2"));
  EXPECT_FALSE(world.outcome("w"));
  ASSERT_TRUE(world.resume("w"));
  EXPECT_EQ(world.result_of("w"), "3");
  EXPECT_EQ(count_of<journal::paused>(world.events("w")), 1u);
  EXPECT_FALSE(world.store().instance(world.run_of("w")).value()->is_paused);
}

TEST_F(EngineRuling, Rule10PausedATimerThatComesDueKeepsItsPlaceAmongWhatComes) {
  begin("keeps_order");
  ASSERT_TRUE(world.pause("w"));
  world.advance(11s);
  ASSERT_TRUE(world.signal("w", "note", "1"));
  world.advance(1h);
  EXPECT_EQ(world.records("w").size(), 3u);
  ASSERT_TRUE(world.resume("w"));
  EXPECT_EQ(world.result_of("w"), R"(["timer","signal"])");
}

TEST_F(EngineRuling, PausedItMakesNoTurnWhileNobodyCanTellWhetherItIs) {
  begin("keeps_order");
  ASSERT_TRUE(world.pause("w"));
  world.crash();
  world.open();
  world.store().fail_instances(1);
  world.advance(10s);  // its timer is due
  world.advance(10s);
  EXPECT_EQ(count_of<journal::timer_fired>(world.events("w")), 0u);
  ASSERT_TRUE(world.resume("w"));
  EXPECT_EQ(count_of<journal::timer_fired>(world.events("w")), 1u);
}

TEST_F(EngineRuling, PausedAnAttemptEndsAndNoOtherBegins) {
  testing::held_activity& held = world.hold("work");
  begin("works");
  ASSERT_EQ(held.count(), 1u);
  ASSERT_TRUE(world.pause("w"));
  held[0].fail("broken");
  world.settle();
  world.advance(1h);
  EXPECT_EQ(held.count(), 1u);
  EXPECT_EQ(count_of<journal::attempt_failed>(world.events("w")), 1u);
  ASSERT_TRUE(world.resume("w"));
  ASSERT_EQ(held.count(), 2u);
  held[1].complete("7");
  world.settle();
  EXPECT_EQ(world.result_of("w"), "7");
}

TEST_F(EngineRuling, PausedACancellationWaitsAndATerminationDoesNot) {
  begin("listens");
  ASSERT_TRUE(world.pause("w"));
  ASSERT_TRUE(world.cancel("w"));
  EXPECT_EQ(cleaned_up, 0);
  EXPECT_FALSE(world.outcome("w"));
  ASSERT_TRUE(world.terminate("w", "enough"));
  expect_terminated();
  EXPECT_EQ(code_of(world.resume("w")), errc::run_finished);
}

// Behind each of their steps: an end that was answered is there, and there is one.
TEST_F(EngineRuling, Rule09ACrashAtAnyMomentLosesNothingThatWasAnswered) {
  std::size_t steps = 0;
  for (bool is_whole = false; !is_whole; ++steps) {
    engine_world other(app());
    other.open();
    ASSERT_TRUE(other.start("listens", "w"));
    bool is_paused = false;
    bool is_over = false;
    other.running().pause("w", "", [&](auto r) { is_paused = r.has_value(); });
    other.running().signal({"w", "note", "1", "once"}, [](auto) {});
    other.running().terminate("w", "", [&](auto r) { is_over = r.has_value(); });
    for (std::size_t i = 0; i < steps && !is_whole; ++i) is_whole = other.io().poll_one() == 0;
    other.crash();
    const auto row = other.store().instance(other.run_of("w")).value();
    ASSERT_TRUE(!is_over || row->status == journal::run_status::terminated) << steps;
    ASSERT_TRUE(is_over || !is_paused || row->is_paused ||
                row->status == journal::run_status::terminated)
        << steps;
    other.open();
    ASSERT_TRUE(other.terminate("w")) << steps;
    ASSERT_EQ(count_of<journal::terminated>(other.events("w")), 1u) << steps;
    ASSERT_EQ(other.backlog_rows(), 0u) << steps;
  }
  EXPECT_GT(steps, 4u);
}

}  // namespace
}  // namespace theus
