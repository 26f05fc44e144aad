#include <algorithm>

#include <gtest/gtest.h>

#include "theus/testing.hpp"
#include "theus/workflows.hpp"

// Runs that begin in other ways than by a plain start, in an environment.
namespace theus {
namespace {

constexpr signal<std::string> added{"added"};
constexpr signal<bool> paid{"paid"};

// Says what is in the cart once it is paid.
workflow<std::string> cart(context& ctx) {
  std::string items;
  while (true) {
    auto next = co_await any(ctx.receive(added), ctx.receive(paid));
    if (next.index() == 1) co_return items;
    items += std::get<0>(next);
    ctx["items"] = items;
  }
}

application shop() {
  application app;
  app.add("cart", cart);
  return app;
}

TEST(Starting, ASignalBeginsTheRunThatItIsFor) {
  testing::environment env(shop());
  // [docs:signal_with_start]
  const start_request begin = start_of("cart", {.workflow_id = "ann"});
  const auto run = env.signal_with_start<std::string>(begin, added, "tea");
  env.signal_with_start<std::string>(begin, added, "milk");  // to the same run
  // [docs:end]
  run.signal(paid, true);
  EXPECT_EQ(run.result(), "teamilk");
}

TEST(Starting, APolicySaysWhatBecomesOfAnIdThatWasUsed) {
  testing::environment env(shop());
  const auto first = env.start(cart, "ann");
  // [docs:policy]
  const auto again = start_of("cart", {.workflow_id = "ann", .policy = id_policy::replace});
  const auto second = env.start<std::string>(again);
  EXPECT_EQ(first.status(), journal::run_status::terminated);
  // [docs:end]
  EXPECT_NE(first.id(), second.id());
  const auto joined =
      env.start<std::string>(start_of("cart", {.workflow_id = "ann", .policy = id_policy::join}));
  EXPECT_EQ(joined.id(), second.id());
}

// Whoever is first; the run has all of it, each once.
TEST(Starting, SignalsWithStartsHoldInAnyOrderAndBehindAnyKill) {
  const auto scenario = [](testing::environment& env) {
    const auto add = [&](std::string item) {
      return [&env, item] {
        env.signal_with_start<std::string>(start_of("cart", {.workflow_id = "ann"}), added, item);
      };
    };
    env.in_any_order({add("a"), add("b"), add("c"), add("d"), add("e"), add("f")});
    const auto run = env.find<std::string>("ann");
    run.signal(paid, true);
    std::string all = run.result();
    std::ranges::sort(all);
    env.require(all == "abcdef", "each item is there once");
  };
  EXPECT_TRUE(testing::explore(300, shop(), scenario));
  EXPECT_TRUE(testing::survives_crashes(shop(), scenario));
}

}  // namespace
}  // namespace theus
