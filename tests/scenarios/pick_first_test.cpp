#include "scenarios/pick_first.hpp"

#include <set>

#include <gmock/gmock.h>

#include "scenarios/rehearse.hpp"

namespace scenarios {
namespace {

using namespace std::chrono_literals;
using namespace pick_first;
using theus::testing::attempts;

const std::vector<std::string> suppliers{"north", "south", "west"};

theus::application shop() {
  theus::application app;
  app.add("buy", buy);
  return app;
}

quote price_at(std::string supplier) {
  quote q;
  q.supplier = supplier;
  q.cents = static_cast<std::int64_t>(1'000 * supplier.size());
  return q;
}

TEST(PickFirst, OrdersFromWhoAnswersFirst) {
  environment env(shop());
  env.mock(ask, [](std::string supplier, std::string) { return price_at(supplier); });
  env.mock(order, [](quote q) { return "order at " + q.supplier; });
  EXPECT_EQ(env.start(buy, "purchase", "bolts", suppliers).result(), "order at north");
  EXPECT_EQ(env.attempts_of(order).size(), 1u);
}

TEST(PickFirst, DoesNotWaitForTheSlowOnes) {
  environment env(shop());
  const auto begin = env.now();
  env.mock(ask, [](std::string supplier, std::string) { return price_at(supplier); });
  env.delay(ask, 30min);
  env.mock(order, std::string("o-1"));
  EXPECT_EQ(env.start(buy, "purchase", "bolts", suppliers).result(), "o-1");
  EXPECT_EQ(env.now() - begin, 30min);
}

TEST(PickFirst, GivesUpAfterAnHour) {
  environment env(shop());
  env.fail(ask, attempts::all(), theus::failure("closed", "on holiday"));
  EXPECT_EQ(env.start(buy, "purchase", "bolts", suppliers).failure().type, "no_quote");
}

// One order, at the price of a supplier that had named it by then.
std::string three_suppliers(environment& env) {
  std::set<std::string> answered;
  std::set<std::string> orders;
  env.mock(ask, [&](std::string supplier, std::string) {
    answered.insert(supplier);
    return price_at(supplier);
  });
  env.mock(order, [&](const quote& q) {
    env.require(answered.contains(q.supplier), "who gets the order has answered");
    env.require(q.cents == price_at(q.supplier).cents, "the price is that supplier's");
    orders.insert(q.supplier);
    return "order at " + q.supplier;
  });
  env.always("one order at most", [&] { return orders.size() <= 1; });
  const auto end = env.start(buy, "purchase", "bolts", suppliers).outcome();
  env.require(orders.empty() == (end.status != theus::journal::run_status::completed),
              "it is ordered if the run says so");
  return orders.empty() ? "nobody" : *orders.begin();
}

// Who answers first after a kill may be somebody else.
TEST(PickFirstRehearsed, SurvivesAKillAtEachAppend) { expect_survives(shop(), three_suppliers); }
TEST(PickFirstRehearsed, HoldsInAnyOrder) {
  expect_any_order(shop(), three_suppliers, {"nobody", "north", "south", "west"}, {.failures = 2});
}

}  // namespace
}  // namespace scenarios
