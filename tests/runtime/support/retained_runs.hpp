#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

#include "theus/runtime/take_checkpoint.hpp"
#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// Runs whose records may go: loops of many rounds that finish, or wait for a signal.
namespace theus::testing {

inline constexpr activity<std::int64_t(std::int64_t)> add_one{"add_one"};
inline constexpr signal<bool> enough{"enough"};

// What is added to the argument of each round's activity: code that changed is another number.
inline std::int64_t change = 0;

inline workflow<next<std::int64_t>> tally_round(context& ctx, std::int64_t left) {
  const auto got = co_await ctx.call(add_one, left + change);
  ctx["sum"] = ctx["sum"].value_or<std::int64_t>(0) + got;
  if (left == 1) co_return theus::stop;
  co_return theus::again(left - 1);
}

inline workflow<std::int64_t> tally(context& ctx, std::int64_t rounds, bool waits) {
  co_await ctx.loop("rounds", tally_round, rounds);
  if (waits) {
    const bool is_good = co_await ctx.receive(enough);
    if (!is_good) throw std::logic_error("a bug");
  }
  co_return ctx["sum"].as<std::int64_t>();
}

inline workflow<std::int64_t> tally_without_rounds(context& ctx, std::int64_t rounds) {
  std::int64_t sum = 0;
  for (; rounds > 0; --rounds) sum += co_await ctx.call(add_one, rounds);
  co_return sum;
}

inline application tallying() {
  application app;
  app.add("tally", tally).add("tally_without_rounds", tally_without_rounds);
  app.bind(add_one, [](std::int64_t value) { return value + 1; });
  return app;
}

inline std::string sum_of(std::int64_t rounds) {
  return std::to_string(rounds * (rounds + 1) / 2 + rounds);
}

inline void take_checkpoint_of(engine_world& world, const std::string& workflow_id) {
  std::optional<result<taken_checkpoint>> taken;
  world.running().take_checkpoint(world.run_of(workflow_id), [&](auto r) { taken = std::move(r); });
  world.settle();
  ASSERT_TRUE(taken && *taken);
  ASSERT_NE((*taken)->at, journal::before_first);
}

// A journal with runs of which much may go, in processes that sweep it.
class retained_runs {
 public:
  static constexpr int finished = 6;  // the second half with checkpoints on their way
  explicit retained_runs(journal::store& store) : world(tallying()) {
    world.options.checkpoint_records = 1'000'000;
    world.replace_store(std::make_unique<faulty_store>(store));
  }

  static std::string nth(int n) { return "w" + std::to_string(n); }
  static std::int64_t rounds_of(int n) { return 80 + n; }

  // Nothing goes yet. The last one waits, and has two checkpoints.
  void make() {
    world.open();
    for (int n = 0; n < finished; ++n) {
      if (n == finished / 2) {
        world.close();
        world.options.checkpoint_records = 30;
        world.open();
      }
      ASSERT_TRUE(world.start("tally", nth(n), "[" + std::to_string(rounds_of(n)) + ",false]"));
    }
    auto& held = world.hold("add_one");
    world.close();
    world.options.checkpoint_records = 1'000'000;
    world.open();
    ASSERT_TRUE(world.start("tally", nth(finished), "[2,true]"));
    take_checkpoint_of(world, nth(finished));
    held[0].complete("3");
    world.settle();
    held[1].complete("2");
    world.settle();
    take_checkpoint_of(world, nth(finished));
    world.close();
  }

  result<void> go(int) {
    world.app.retain("tally", trim_to_checkpoint);
    if (!world.is_open()) world.open();
    for (int i = 0; i < 3; ++i) world.advance(std::chrono::seconds(10));
    if (world.reports.empty()) return {};
    return error{errc::corrupt, world.reports.front()};
  }

  engine_world world;
};

}  // namespace theus::testing
