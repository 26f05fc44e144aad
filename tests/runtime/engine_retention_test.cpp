#include <gmock/gmock.h>

#include "theus/runtime/recovery.hpp"

#include "runtime/support/retained_runs.hpp"

// The sweep that applies the retention of workflow types to runs that wait or have finished.
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::engine_world;
using testing::sum_of;
using testing::tallying;

struct RetentionSweep : ::testing::Test {
  RetentionSweep() { world.options.checkpoint_records = 1'000'000; }
  ~RetentionSweep() override { testing::change = 0; }

  engine_world world{tallying()};

  // The last record that is gone.
  std::uint64_t trimmed(const std::string& id = "w") {
    const auto place = world.store().trimmed(world.run_of(id)).value();
    return place ? journal::number(place->through) : 0;
  }
  std::uint64_t last(const std::string& id = "w") {
    return journal::number(world.store().head_of(world.run_of(id)).value()->at);
  }
  std::vector<journal::checkpoint_id> checkpoints(const std::string& id = "w") {
    return world.store().checkpoints(world.run_of(id), 100).value();
  }
  void sweep(int times = 1) {
    for (; times > 0; --times) world.advance(world.options.sweep_interval);
  }
  // Two checkpoints, and a run that waits for a signal.
  void start_one_that_waits() {
    auto& held = world.hold("add_one");
    world.open();
    ASSERT_TRUE(world.start("tally", "w", "[2,true]"));
    testing::take_checkpoint_of(world, "w");
    held[0].complete("3");
    world.settle();
    held[1].complete("2");
    world.settle();
    testing::take_checkpoint_of(world, "w");
  }
  // What a replay of a finished run comes to.
  journal::hash256 replayed(const std::string& id = "w") {
    node_archive nodes(world.store());
    const auto run = world.run_of(id);
    const auto found = find_checkpoint(world.store(), nodes, run).value();
    const auto& type = *world.app.bound().workflows.find("tally")->second;
    replayer replay(type, run, replayer::check::commands);
    const auto tail =
        replay_run(world.store(), run, found.newest ? &*found.newest : nullptr, replay).value();
    EXPECT_FALSE(tail.found);
    EXPECT_FALSE(replay.verify_digest());
    return replay.state().context().root();
  }
};

TEST_F(RetentionSweep, Rule07_OfARunThatWaitsTheOldGoesByTimeAlone) {
  world.app.retain("tally", keep_for(24h * 30));
  ASSERT_NO_FATAL_FAILURE(start_one_that_waits());
  world.crash();
  world.open();
  sweep(3);
  const auto loaded = world.running().counters().replays;
  for (int day = 1; day < 30; ++day) {
    world.advance(24h);
    sweep();
    ASSERT_EQ(trimmed(), 0u) << day;
  }
  EXPECT_EQ(world.running().counters().replays, loaded);  // nothing was due
  world.advance(24h);
  sweep();
  EXPECT_EQ(trimmed(), journal::number(checkpoints()[1].at));
  EXPECT_EQ(checkpoints().size(), 2u);
  const auto after = last();
  sweep(3);
  EXPECT_EQ(last(), after);
  world.crash();
  ASSERT_TRUE(world.store().rebuild());
  world.open();
  ASSERT_TRUE(world.signal("w", "enough", "true"));
  EXPECT_EQ(world.result_of("w"), sum_of(2));
}

TEST_F(RetentionSweep, Rule07_AFinishedRunIsTrimmedOnceToALastCheckpoint) {
  world.app.retain("tally", trim_to_checkpoint);
  world.open();
  ASSERT_TRUE(world.start("tally", "w", "[100,false]"));
  ASSERT_EQ(world.result_of("w"), sum_of(100));
  const auto before = replayed();
  const auto end = last();
  ASSERT_EQ(trimmed(), 0u);
  const auto loaded = world.running().counters().replays;
  sweep();
  EXPECT_EQ(trimmed(), end - 1);
  EXPECT_EQ(last(), end + 1);  // the anchor
  ASSERT_EQ(checkpoints().size(), 1u);
  EXPECT_EQ(world.running().counters().replays, loaded);
  EXPECT_EQ(world.result_of("w"), sum_of(100));
  EXPECT_EQ(replayed(), before);
  // An hour later it costs its row and nothing else.
  world.advance(2h);
  sweep();
  const auto reads = world.store().reads();
  sweep(5);
  EXPECT_EQ(world.store().reads(), reads);
  EXPECT_EQ(last(), end + 1);
  world.crash();
  ASSERT_TRUE(world.store().rebuild());
  world.open();
  sweep(2);
  EXPECT_EQ(last(), end + 1);
  EXPECT_EQ(world.result_of("w"), sum_of(100));
  EXPECT_EQ(replayed(), before);
  EXPECT_TRUE(world.reports.empty()) << world.reports.front();
}

TEST_F(RetentionSweep, Rule07_OfAFinishedRunAllStaysAsLongAsItsTypeSays) {
  world.app.retain("tally", keep_for(24h));
  world.open();
  ASSERT_TRUE(world.start("tally", "w", "[100,false]"));
  const auto end = last();
  for (int hour = 0; hour < 23; ++hour) world.advance(1h);
  EXPECT_EQ(trimmed(), 0u);
  EXPECT_TRUE(checkpoints().empty());
  world.advance(1h);
  sweep();
  EXPECT_EQ(trimmed(), end - 1);
}

TEST_F(RetentionSweep, WhatACheckpointWouldHoldAgainStaysAsItIs) {
  world.app.retain("tally", trim_to_checkpoint).retain("tally_without_rounds", trim_to_checkpoint);
  world.open();
  ASSERT_TRUE(world.start("tally_without_rounds", "w", "[100]"));
  ASSERT_TRUE(world.start("tally", "short", "[20,false]"));
  sweep(3);
  EXPECT_EQ(trimmed(), 0u);
  EXPECT_EQ(trimmed("short"), 0u);
  EXPECT_TRUE(checkpoints().empty() && checkpoints("short").empty());
  EXPECT_EQ(world.result_of("w"), sum_of(100));
}

TEST_F(RetentionSweep, TypesThatKeepAllCostNothing) {
  world.app.retain("tally", keep_all);
  world.open();
  ASSERT_TRUE(world.start("tally", "w", "[100,false]"));
  sweep(3);
  EXPECT_EQ(world.store().instance_lists(), 0);
  EXPECT_EQ(trimmed(), 0u);
}

TEST_F(RetentionSweep, LooksAtSoManyRunsAndTrimsSoManyEachTime) {
  constexpr int runs = 9;
  world.app.retain("tally", trim_to_checkpoint);
  world.options.retention_rows = 4;
  world.options.retention_trims = 2;
  const auto id = [](int n) { return "w" + std::to_string(n); };
  world.open();
  for (int n = 0; n < runs; ++n) ASSERT_TRUE(world.start("tally", id(n), "[80,false]"));
  const auto done = [&] {
    int found = 0;
    for (int n = 0; n < runs; ++n) found += trimmed(id(n)) > 0;
    return found;
  };
  int sweeps = 0;
  for (int before = 0; before < runs && sweeps < 20; ++sweeps) {
    const auto lists = world.store().instance_lists();
    sweep();
    EXPECT_EQ(world.store().instance_lists(), lists + 1);
    EXPECT_LE(done(), before + 2);
    before = done();
  }
  EXPECT_EQ(done(), runs);
  EXPECT_GE(sweeps, 5);
  // A run that comes later is met in a later pass.
  ASSERT_TRUE(world.start("tally", "late", "[80,false]"));
  sweep(2 * sweeps);
  EXPECT_GT(trimmed("late"), 0u);
}

TEST_F(RetentionSweep, AFinishedRunWhoseCodeHasChangedKeepsItsRecordsAndIsNotStuck) {
  world.open();
  ASSERT_TRUE(world.start("tally", "w", "[100,false]"));
  world.close();
  testing::change = 1;
  world.app.retain("tally", trim_to_checkpoint);
  world.open();
  ASSERT_TRUE(world.start("tally", "other", "[100,false]"));
  sweep(20);
  EXPECT_EQ(world.reports.size(), 1u);
  EXPECT_TRUE(world.was_reported("w"));
  EXPECT_EQ(trimmed(), 0u);
  EXPECT_GT(trimmed("other"), 0u);
  EXPECT_TRUE(world.stuck().empty());
  // It is tried again later, and said once.
  testing::change = 0;
  world.advance(1h);
  sweep();
  EXPECT_GT(trimmed(), 0u);
  EXPECT_EQ(world.reports.size(), 1u);
  EXPECT_EQ(world.result_of("w"), sum_of(100));
}

// The anchor's append is in doubt, so the run is loaded after all.
TEST_F(RetentionSweep, AFinishedRunThatCannotBeReplayedIsNotStuck) {
  world.app.retain("tally", trim_to_checkpoint);
  world.open();
  ASSERT_TRUE(world.start("tally", "w", "[100,false]"));
  world.store().on_append([](const journal::unit&) { testing::change = 1; });
  world.store().fail(testing::faulty_store::fault::unknown_but_written);
  const auto loaded = world.running().counters().replays;
  sweep();
  EXPECT_EQ(testing::change, 1);
  EXPECT_EQ(world.running().counters().replays, loaded + 1);
  EXPECT_TRUE(world.stuck().empty());
  world.store().on_append({});
  EXPECT_GT(trimmed(), 0u);
  EXPECT_EQ(world.result_of("w"), sum_of(100));
}

TEST_F(RetentionSweep, ARunThatIsStuckKeepsItsRecordsAndStopsNoOther) {
  ASSERT_NO_FATAL_FAILURE(start_one_that_waits());
  ASSERT_TRUE(world.start("tally", "other", "[1,true]"));
  world.hold("add_one")[2].complete("2");
  world.settle();
  testing::take_checkpoint_of(world, "other");
  ASSERT_TRUE(world.signal("other", "enough", "true"));
  ASSERT_TRUE(world.signal("w", "enough", "false"));
  ASSERT_EQ(world.stuck().size(), 1u);
  world.close();
  world.app.retain("tally", trim_to_checkpoint);
  world.open();
  sweep(5);
  EXPECT_EQ(world.stuck().size(), 1u);
  EXPECT_EQ(trimmed(), 0u);
  EXPECT_GT(trimmed("other"), 0u);
  EXPECT_TRUE(world.was_reported("its records stay"));
}

// What is under way is done by the next engine.
TEST_F(RetentionSweep, IsStoppedOrKilledAtEveryMomentAndGoesOn) {
  for (const bool kills : {false, true}) {
    for (int moment = 0;; ++moment) {
      SCOPED_TRACE(moment);
      engine_world each{tallying()};
      each.options.checkpoint_records = 1'000'000;
      each.open();
      ASSERT_TRUE(each.start("tally", "a", "[80,false]"));
      ASSERT_TRUE(each.start("tally", "b", "[80,false]"));
      each.close();
      each.app.retain("tally", trim_to_checkpoint);
      each.open();
      each.clock.advance(each.options.sweep_interval);
      int ran = 0;
      while (ran < moment && each.io().poll_one() > 0) ++ran;
      if (kills) {
        each.crash();
      } else {
        each.close();
      }
      each.open();
      each.advance(each.options.sweep_interval);
      each.advance(each.options.sweep_interval);
      for (const char* id : {"a", "b"}) {
        EXPECT_TRUE(each.store().trimmed(each.run_of(id)).value()) << id;
        EXPECT_EQ(each.store().checkpoints(each.run_of(id), 9)->size(), 1u) << id;
        EXPECT_EQ(each.result_of(id), sum_of(80));
      }
      EXPECT_TRUE(each.reports.empty());
      if (ran < moment || ::testing::Test::HasFailure()) break;
    }
  }
}

TEST_F(RetentionSweep, WaitsWhileTheDiskIsFullAndGoesOnThen) {
  world.app.retain("tally", trim_to_checkpoint);
  world.open();
  ASSERT_TRUE(world.start("tally", "w", "[100,false]"));
  world.store().fail(testing::faulty_store::fault::disk_full, 1'000);
  sweep();
  EXPECT_EQ(trimmed(), 0u);
  world.store().mend();
  sweep(2);
  EXPECT_GT(trimmed(), 0u);
  EXPECT_EQ(world.result_of("w"), sum_of(100));
}

}  // namespace
}  // namespace theus
