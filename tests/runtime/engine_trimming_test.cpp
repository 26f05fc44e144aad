#include <map>
#include <stdexcept>

#include <gmock/gmock.h>

#include "theus/journal/history_file.hpp"
#include "theus/runtime/take_checkpoint.hpp"
#include "theus/value/storage.hpp"
#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// Runs that are trimmed while other things happen to them.
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::engine_world;

constexpr activity<std::int64_t(std::int64_t)> twice{"twice"};
constexpr signal<std::int64_t> halt{"halt"};

bool has_bug = false;

workflow<std::int64_t> doubles(context& ctx, std::int64_t value) {
  const auto got = co_await ctx.call(twice, value);
  if (has_bug) throw std::logic_error("a bug");
  co_await ctx.receive(halt);
  co_return got;
}

workflow<next<std::int64_t>> round(context& ctx, std::int64_t left) {
  co_await ctx.receive(halt);
  if (left == 1) co_return theus::stop;
  co_return theus::again(left - 1);
}

workflow<void> rounds(context& ctx, std::int64_t times) {
  co_await ctx.loop("rounds", round, times);
}

struct EngineTrimming : ::testing::Test {
  engine_world world{[] {
    application app;
    app.add("doubles", doubles).add("rounds", rounds);
    app.bind(twice, [](std::int64_t value) { return 2 * value; });
    return app;
  }()};

  journal::run_id run() { return world.run_of("w"); }
  void take_checkpoint() {
    std::optional<result<taken_checkpoint>> taken;
    world.running().take_checkpoint(run(), [&](auto r) { taken = std::move(r); });
    world.settle();
    ASSERT_TRUE(taken && *taken);
  }
  std::optional<result<journal::sequence>> trimmed;
  void trim() {
    world.running().trim(run(), [&](auto r) { trimmed = std::move(r); });
  }
};

// The intake holds the result of an activity that is pending until its turn is made.
TEST_F(EngineTrimming, Rule07_AnAnchorWaitsForTheTurnThatTakesAnIntake) {
  auto& held = world.hold("twice");
  world.open();
  ASSERT_TRUE(world.start("doubles", "w", "[7]"));
  ASSERT_NO_FATAL_FAILURE(take_checkpoint());
  has_bug = true;
  held[0].complete("14");
  world.settle();
  ASSERT_EQ(world.stuck().size(), 1u);
  ASSERT_EQ(world.intakes("w"), 1u);
  world.close();
  has_bug = false;
  // Nothing but the trim wakes it.
  world.store().fail_backlogs(1);
  world.open_unsettled();
  trim();
  world.settle();
  ASSERT_TRUE(trimmed && *trimmed);
  EXPECT_EQ(held.count(), 0u);  // since it was closed
  ASSERT_TRUE(world.signal("w", "halt", "0"));
  EXPECT_EQ(world.result_of("w"), "14");
  EXPECT_EQ(held.count(), 0u);  // since it was closed
}

TEST_F(EngineTrimming, Rule07_AnExportBesideATrimIsOfOneStateOfTheRun) {
  world.open();
  ASSERT_TRUE(world.start("rounds", "w", "[2000]"));
  const auto go_round = [&](int times) {
    for (; times > 0; --times) ASSERT_TRUE(world.signal("w", "halt", "0"));
  };
  go_round(800);
  ASSERT_NO_FATAL_FAILURE(take_checkpoint());
  go_round(500);
  // Between its first page and the next, of which all records stay.
  int pages = 0;
  world.store().on_raw_read([&] {
    if (++pages != 2) return;
    trim();
    world.settle();
    EXPECT_TRUE(trimmed && *trimmed);
  });
  const auto h = journal::export_history(world.store(), run(), {}, references_of);
  world.store().on_raw_read({});
  ASSERT_TRUE(h) << h.error().message;
  ASSERT_GE(pages, 2);
  const auto other = journal::make_memory_store();
  const auto imported =
      journal::import_history(*other, other->acquire_epoch().value(), *h, {}, references_of);
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(other->head_of(run()).value(), world.store().head_of(run()).value());
  EXPECT_EQ(other->trimmed(run()).value(), world.store().trimmed(run()).value());
}

TEST_F(EngineTrimming, OneThatIsAskedForIsAnsweredWhateverBecomesOfTheRun) {
  world.open();
  ASSERT_TRUE(world.start("doubles", "w", "[7]"));
  trim();
  world.settle();
  EXPECT_EQ(trimmed->error().code, errc::not_found);  // no checkpoint
  ASSERT_NO_FATAL_FAILURE(take_checkpoint());
  const auto at = world.store().checkpoints(run(), 1).value().front().at;
  // Before its anchor is there the run has ended, with the checkpoint before its last turn.
  world.running().signal({"w", "halt", "0", ""}, [](auto) {});
  trim();
  world.settle();
  ASSERT_TRUE(*trimmed) << trimmed->error().message;
  EXPECT_EQ(trimmed->value(), at);
  EXPECT_EQ(world.result_of("w"), "14");
  trim();
  world.settle();
  EXPECT_EQ(trimmed->error().code, errc::trimmed);
  // The turn with the result stays.
  ASSERT_NO_FATAL_FAILURE(take_checkpoint());
  trim();
  world.settle();
  EXPECT_EQ(trimmed->error().code, errc::bad_input);
  trim();
  world.close();
  EXPECT_EQ(trimmed->error().code, errc::stopped);
}

// A finished one is loaded for that; its workflow id is another run's by then.
TEST_F(EngineTrimming, OneThatHasFinishedTakesNoSignalOfTheNextWithItsId) {
  world.open();
  ASSERT_TRUE(world.start("doubles", "w", "[7]"));
  ASSERT_NO_FATAL_FAILURE(take_checkpoint());
  const auto first = run();
  ASSERT_TRUE(world.signal("w", "halt", "0"));
  ASSERT_EQ(world.result_of("w"), "14");
  ASSERT_TRUE(world.start("doubles", "w", "[8]"));
  world.close();
  world.open_unsettled();
  world.running().trim(first, [&](auto r) { trimmed = std::move(r); });
  std::optional<result<void>> told;
  while (!told) {
    // At every moment of it.
    world.running().signal({"w", "other", "0", ""}, [&](auto r) { told = r; });
    if (world.io().run_one() == 0) break;
  }
  world.settle();
  EXPECT_TRUE(*told);
  ASSERT_TRUE(trimmed && *trimmed) << trimmed->error().message;
  ASSERT_TRUE(world.signal("w", "halt", "0"));
  EXPECT_EQ(world.result_of("w"), "16");
}

TEST_F(EngineTrimming, WhatIsAskedForTwiceIsDoneOnceAndAThousandWaitAtMost) {
  world.open();
  ASSERT_TRUE(world.start("doubles", "w", "[7]"));
  std::vector<journal::sequence> taken;
  for (int i = 0; i < 3; ++i) {
    world.running().take_checkpoint(run(), [&](auto r) { taken.push_back(r.value().at); });
    world.running().trim(run(), [&](auto r) { taken.push_back(r.value()); });
  }
  world.settle();
  const auto at = world.store().checkpoints(run(), 1).value().front().at;
  EXPECT_EQ(taken, std::vector<journal::sequence>(6, at));
  EXPECT_EQ(world.running().counters().checkpoints, 1u);

  std::map<errc, int> answered;
  const auto check = [&](int n) {
    const journal::checkpoint_id id{run(), journal::sequence(100 + n)};
    world.running().verify_checkpoint(id, [&](auto r) { ++answered[r.error().code]; });
  };
  for (int n = 0; n < 1'010; ++n) check(n / 2);
  world.settle();
  EXPECT_EQ(answered, (std::map<errc, int>{{errc::not_found, 1'000}, {errc::limit_exceeded, 10}}));
  check(0);
  world.settle();
  EXPECT_EQ(answered[errc::not_found], 1'001);
  check(0);
  world.close();
  EXPECT_EQ(answered[errc::stopped], 1);
}

TEST_F(EngineTrimming, ARunThatIsStuckKeepsItsRecords) {
  world.open();
  ASSERT_TRUE(world.start("doubles", "w", "[7]"));
  ASSERT_NO_FATAL_FAILURE(take_checkpoint());
  world.close();
  has_bug = true;
  world.open();
  trim();
  world.settle();
  has_bug = false;
  EXPECT_FALSE(*trimmed);
  EXPECT_FALSE(world.store().trimmed(run()).value());
}

}  // namespace
}  // namespace theus
