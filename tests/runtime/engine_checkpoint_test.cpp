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

TEST_F(EngineCheckpoint, ALongRunWithoutReentryPointsIsReportedByName) {
  world.options.replay_budget_records = 50;
  world.open();
  ASSERT_TRUE(world.start("has_no_reentry_point", "w", "[300]"));
  EXPECT_TRUE(world.was_reported("of workflow 'w': replay applies 50 records"));
  EXPECT_TRUE(world.was_reported("replay applies 200 records"));
  EXPECT_FALSE(world.was_reported("replay applies 300 records"));
  EXPECT_EQ(checkpoints().size(), 0u);
}

}  // namespace
}  // namespace theus
