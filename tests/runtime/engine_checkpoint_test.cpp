#include <set>

#include <gmock/gmock.h>

#include "theus/runtime/recovery.hpp"
#include "theus/runtime/take_checkpoint.hpp"
#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// Checkpoints that the engine takes by itself, and runs that come back from them.
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::engine_world;
using ::testing::HasSubstr;

constexpr activity<std::int64_t(std::int64_t)> twice{"twice"};
constexpr signal<std::int64_t> halt{"halt"};

struct cycle {
  std::int64_t left = 0;
};
BOOST_DESCRIBE_STRUCT(cycle, (), (left))

workflow<next<cycle>> add_twice(context& ctx, cycle c) {
  const auto got = co_await ctx.call(twice, c.left);
  ctx["sum"] = ctx["sum"].value_or<std::int64_t>(0) + got;
  if (c.left % 10 == 0) co_await ctx.sleep(1h);
  if (c.left == 1) co_return theus::stop;
  co_return theus::again(cycle{c.left - 1});
}

workflow<std::int64_t> adds_up(context& ctx, std::int64_t times) {
  co_await theus::any(ctx.loop("adding", add_twice, cycle{times}), ctx.receive(halt));
  co_return ctx["sum"].as<std::int64_t>();
}

workflow<std::int64_t> has_no_reentry_point(context& ctx, std::int64_t times) {
  std::int64_t sum = 0;
  for (; times > 0; --times) sum += co_await ctx.call(twice, times);
  co_await ctx.receive(halt);
  co_return sum;
}

application adding() {
  application app;
  app.add("adds_up", adds_up).add("has_no_reentry_point", has_no_reentry_point);
  app.bind(twice, [](std::int64_t value) { return 2 * value; });
  return app;
}

struct EngineCheckpoint : ::testing::Test {
  engine_world world{adding()};

  std::vector<journal::checkpoint_id> checkpoints() {
    return world.store().checkpoints(world.run_of("w"), 100).value();
  }
  // Of the run's last turn, and what a replay from there on has to read.
  std::pair<journal::hash256, std::uint64_t> replayed(bool from_zero) {
    node_archive nodes(world.store());
    const auto run = world.run_of("w");
    const auto found = find_checkpoint(world.store(), nodes, run).value();
    const auto& type = *world.app.bound().workflows.find("adds_up")->second;
    replayer replay(type, run, replayer::check::everything);
    const auto tail =
        replay_run(world.store(), run, from_zero || !found.newest ? nullptr : &*found.newest,
                   replay, last_sequence, from_zero)
            .value();
    EXPECT_FALSE(tail.found) << tail.found->explain();
    EXPECT_FALSE(replay.verify_digest());
    return {replay.state().context().root(), tail.records};
  }
};

TEST_F(EngineCheckpoint, Rule20_ARunComesBackFromItsLastOne) {
  world.options.checkpoint_records = 20;
  world.open();
  ASSERT_TRUE(world.start("adds_up", "w", "[100]"));
  for (int i = 0; i < 9; ++i) {
    world.advance(1h);
    if (i % 3 == 1) world.crash();
    if (!world.is_open()) world.open();
  }
  EXPECT_GT(world.running().counters().checkpoints, 0u);
  EXPECT_EQ(checkpoints().size(), 2u);
  const auto whole = replayed(true);
  const auto rest = replayed(false);
  EXPECT_EQ(whole.first, rest.first);
  EXPECT_LT(rest.second, 60u);
  EXPECT_GT(whole.second, 100u);
  world.advance(1h);
  EXPECT_EQ(world.result_of("w"), "10100");
}

TEST_F(EngineCheckpoint, OneThatIsDamagedIsNamedAndTheOneBeforeOrTheWholeHistoryIsUsed) {
  world.options.checkpoint_records = 20;
  world.open();
  ASSERT_TRUE(world.start("adds_up", "w", "[100]"));
  for (int i = 0; i < 4; ++i) world.advance(1h);
  ASSERT_EQ(checkpoints().size(), 2u);
  world.close();
  // What the newest needs is gone, then what both need.
  for (const std::size_t spoilt : {1u, 2u}) {
    std::vector<journal::hash256> gone;
    for (std::size_t i = 0; i < spoilt; ++i) {
      const auto row = world.store().checkpoint(checkpoints()[i]).value();
      gone.insert(gone.end(), row->roots.begin(), row->roots.end());
    }
    ASSERT_TRUE(world.store().erase_nodes(gone, world.store().opened()));
    world.options.checkpoint_records = 1'000'000;
    world.reports.clear();
    world.open();
    world.advance(1h);
    EXPECT_TRUE(world.was_reported("is not used"));
    EXPECT_TRUE(world.was_reported("node "));
    world.close();
  }
  world.open();
  for (int i = 0; i < 10; ++i) world.advance(1h);
  EXPECT_EQ(world.result_of("w"), "10100");
}

TEST_F(EngineCheckpoint, TakenByHandItIsVerified) {
  world.options.checkpoint_records = 1'000'000;
  world.open();
  ASSERT_TRUE(world.start("adds_up", "w", "[100]"));
  world.advance(1h);
  node_archive nodes(world.store());
  const auto taken =
      take_checkpoint(world.store(), nodes, world.app.bound(), world.run_of("w")).value();
  EXPECT_EQ(journal::number(taken.at), world.records("w").size());
  EXPECT_LT(taken.steps, 10u);
  EXPECT_TRUE(
      verify_checkpoint(world.store(), nodes, world.app.bound(), {world.run_of("w"), taken.at}));
  // Nothing new: nothing to take.
  EXPECT_EQ(take_checkpoint(world.store(), nodes, world.app.bound(), world.run_of("w"))->at,
            journal::before_first);
}

TEST_F(EngineCheckpoint, OneThatReplacesADamagedOneStays) {
  world.options.checkpoint_records = 1'000'000;
  world.open();
  ASSERT_TRUE(world.start("adds_up", "w", "[100]"));
  world.advance(1h);
  world.close();
  node_archive nodes(world.store());
  const auto run = world.run_of("w");
  const auto take = [&] { return take_checkpoint(world.store(), nodes, world.app.bound(), run); };
  const auto at = take()->at;
  const auto row = world.store().checkpoint({run, at}).value();
  ASSERT_TRUE(world.store().erase_nodes(row->roots, world.store().opened()));
  EXPECT_EQ(take()->at, at);
  ASSERT_EQ(checkpoints().size(), 1u);
  EXPECT_TRUE(verify_checkpoint(world.store(), nodes, world.app.bound(), {run, at}));
}

TEST_F(EngineCheckpoint, ALongRunWithoutReentryPointsIsReportedByName) {
  world.options.replay_budget_records = 50;
  world.open();
  ASSERT_TRUE(world.start("has_no_reentry_point", "w", "[300]"));
  EXPECT_TRUE(world.was_reported("of workflow 'w': replay applies 50 records"));
  EXPECT_TRUE(world.was_reported("replay applies 200 records"));
  EXPECT_FALSE(world.was_reported("replay applies 300 records"));
  EXPECT_EQ(checkpoints().size(), 0u);
}

struct EngineRetention : EngineCheckpoint {
  EngineRetention() { world.options.checkpoint_records = 20; }

  // The last record that is gone.
  std::uint64_t trimmed() {
    const auto place = world.store().trimmed(world.run_of("w")).value();
    return place ? journal::number(place->through) : 0;
  }
  std::uint64_t last() {
    return journal::number(world.store().head_of(world.run_of("w")).value()->at);
  }
  // When the first record that is left was recorded.
  journal::wall_time oldest() {
    return world.store()
        .read(world.run_of("w"), journal::sequence{trimmed() + 1}, 1)
        .value()
        .front()
        .value.time;
  }
};

TEST_F(EngineRetention, Rule07_WhatTheLastCheckpointButOneStandsForGoes) {
  world.app.retain("adds_up", trim_to_checkpoint);
  world.open();
  ASSERT_TRUE(world.start("adds_up", "w", "[100]"));
  std::uint64_t before = 0;
  for (int i = 0; i < 9; ++i) {
    world.advance(1h);
    if (i % 3 == 1) world.crash();
    if (i % 3 == 2) world.close();
    if (!world.is_open()) world.open();
    EXPECT_GE(trimmed(), before);
    before = trimmed();
    if (i > 2) {
      EXPECT_LE(last() - before, 60u) << i;
      EXPECT_EQ(world.store().read(world.run_of("w"), journal::first_sequence, 1).error().code,
                errc::trimmed);
      EXPECT_LE(checkpoints().size(), 3u);  // also what was truth when the last one was taken
    }
  }
  EXPECT_GT(before, 60u);
  ASSERT_TRUE(world.store().rebuild());
  world.crash();
  world.open();
  world.advance(1h);
  EXPECT_EQ(world.result_of("w"), "10100");
  EXPECT_TRUE(world.stuck().empty());
}

TEST_F(EngineRetention, Rule07_RecordsStayAsLongAsTheTypeSays) {
  world.app.retain("adds_up", keep_for(3h));
  world.open();
  ASSERT_TRUE(world.start("adds_up", "w", "[200]"));
  for (int hour = 1; hour < 20; ++hour) {
    world.advance(1h);
    if (trimmed() == 0) {
      EXPECT_LT(hour, 8);
    } else {
      EXPECT_GT(hour, 3);
      EXPECT_GE(world.clock.now() - oldest(), 3h - 1ms) << hour;
      EXPECT_LE(world.clock.now() - oldest(), 8h) << hour;
    }
    if (hour % 5 == 0) {
      world.crash();
      world.open();
    }
  }
  EXPECT_GT(trimmed(), 100u);
  for (int hour = 0; hour < 3; ++hour) world.advance(1h);
  EXPECT_EQ(world.result_of("w"), "40200");
}

TEST_F(EngineRetention, UnlessToldEverythingStays) {
  world.open();
  ASSERT_TRUE(world.start("adds_up", "w", "[100]"));
  for (int i = 0; i < 12; ++i) world.advance(1h);
  EXPECT_EQ(world.result_of("w"), "10100");
  EXPECT_EQ(trimmed(), 0u);
  EXPECT_THROW(world.app.retain("nobody", trim_to_checkpoint), std::invalid_argument);
}

TEST_F(EngineRetention, NothingIsTrimmedToACheckpointThatCannotBeRead) {
  world.open();
  ASSERT_TRUE(world.start("adds_up", "w", "[100]"));
  for (int i = 0; i < 5; ++i) world.advance(1h);
  world.close();
  // The one before the newest is what the next trim would go back to once more are taken.
  const auto older = world.store().checkpoint(checkpoints()[0]).value()->roots;
  const auto oldest = world.store().checkpoint(checkpoints()[1]).value()->roots;
  std::vector<journal::hash256> gone = older;
  std::erase_if(gone, [&](const auto& root) { return std::ranges::count(oldest, root) > 0; });
  ASSERT_FALSE(gone.empty());
  world.app.retain("adds_up", trim_to_checkpoint);
  world.open();
  ASSERT_TRUE(world.store().erase_nodes(gone, world.store().opened()));
  for (int i = 0; i < 2; ++i) world.advance(1h);
  EXPECT_TRUE(world.was_reported("is not used") || world.was_reported("is not trimmed"));
  for (int i = 0; i < 6; ++i) world.advance(1h);
  EXPECT_EQ(world.result_of("w"), "10100");
}

TEST_F(EngineRetention, ATrimmedRunWhoseNewestCheckpointIsDamagedGoesOnFromTheOneThatIsTruth) {
  world.app.retain("adds_up", trim_to_checkpoint);
  world.open();
  ASSERT_TRUE(world.start("adds_up", "w", "[100]"));
  for (int i = 0; i < 5; ++i) world.advance(1h);
  ASSERT_EQ(journal::number(checkpoints()[1].at), trimmed());
  EXPECT_EQ(world.store().erase_checkpoint(checkpoints()[1]).error().code, errc::bad_input);
  const auto roots = [&](std::size_t index) {
    return world.store().checkpoint(checkpoints()[index]).value()->roots;
  };
  const auto spoil = [&](std::size_t index) {
    world.close();
    std::vector<journal::hash256> gone = roots(index);
    if (index == 0) {
      const auto others = roots(1);
      std::erase_if(gone, [&](const auto& root) { return std::ranges::count(others, root) > 0; });
    }
    ASSERT_FALSE(gone.empty());
    ASSERT_TRUE(world.store().erase_nodes(gone, world.store().opened()));
    world.reports.clear();
    world.options.checkpoint_records = 1'000'000;
    world.open();
    world.advance(1h);
  };
  spoil(0);
  EXPECT_TRUE(world.was_reported("is not used"));
  EXPECT_TRUE(world.stuck().empty());
  // With both gone nothing is made up: the run waits, and says for what.
  spoil(1);
  ASSERT_EQ(world.stuck().size(), 1u);
  EXPECT_THAT(world.stuck().front().reason, HasSubstr("trimmed"));
  EXPECT_THAT(world.stuck().front().reason, HasSubstr("is not used: node "));
  EXPECT_GT(last(), trimmed());
}

TEST_F(EngineCheckpoint, OneOfARunThatIsNotThereGoesWithTheNextCollection) {
  world.options.checkpoint_records = 20;
  world.options.collection_nodes = 1;
  node_archive nodes(world.store());
  const auto nobody = journal::run_id::make(1, 2, 3);
  {
    node_archive::saving saving(nodes);
    const auto root = save(value("left by a killed import"), saving).value().root;
    ASSERT_TRUE(saving.put_checkpoint({{nobody, journal::sequence{7}}, {root}, "x"}));
  }
  world.open();
  ASSERT_TRUE(world.start("adds_up", "w", "[100]"));
  for (int i = 0; i < 5; ++i) world.advance(1h);
  EXPECT_EQ(world.store().checkpoints(nobody, 9)->size(), 0u);
  EXPECT_TRUE(world.was_reported("which is not there"));
  EXPECT_EQ(checkpoints().size(), 2u);
}

// Of a run that is trimmed, with a checkpoint that no record can make good, whatever others need
// goes when they no longer need it.
TEST_F(EngineRetention, Rule07_ADamagedTruthIsNamedOnceAndStopsNoCollection) {
  world.app.retain("adds_up", trim_to_checkpoint);
  world.options.collection_nodes = 1;
  world.open();
  ASSERT_TRUE(world.start("adds_up", "w", "[100]"));
  for (int i = 0; i < 5; ++i) world.advance(1h);
  const journal::checkpoint_id truth = checkpoints()[1];
  ASSERT_EQ(journal::number(truth.at), trimmed());
  const auto roots = world.store().checkpoint(truth).value()->roots;
  world.close();
  ASSERT_TRUE(world.store().erase_nodes(roots, world.store().opened()));
  ASSERT_TRUE(world.store().erase_checkpoint(checkpoints()[0]));
  const auto nodes = [&] { return world.store().nodes_after({}, 100'000).value(); };
  world.reports.clear();
  world.open();
  const auto before = nodes();
  ASSERT_TRUE(world.start("adds_up", "other", "[300]"));
  std::set<journal::hash256> seen;
  for (int i = 0; i < 29; ++i) {
    world.advance(1h);
    for (const auto& each : nodes()) seen.insert(each);
  }
  EXPECT_GT(world.running().counters().checkpoints, 10u);
  EXPECT_EQ(std::ranges::count_if(world.reports,
                                  [](const auto& line) {
                                    return line.find("stays until the run is trimmed again") !=
                                           std::string::npos;
                                  }),
            1);
  EXPECT_LT(nodes().size(), seen.size());
  EXPECT_TRUE(std::ranges::includes(nodes(), before));
}

}  // namespace
}  // namespace theus
