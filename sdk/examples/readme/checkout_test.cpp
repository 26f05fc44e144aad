#include <chrono>
#include <filesystem>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "theus/testing.hpp"

#include "workflow.hpp"

using namespace std::chrono_literals;

namespace {

// [docs:shop]
theus::application shop() {
  theus::application app;
  app.add("checkout", checkout);  // nothing is bound: nothing real is done
  return app;
}

class Checkout : public ::testing::Test {
 protected:
  Checkout() {
    env.mock(charge, receipt{"r1"}).mock(ship, [](order) {}).mock(refund, [](receipt) {});
  }

  theus::testing::environment env{shop()};
};
// [docs:end]

// [docs:approval]
TEST_F(Checkout, ShipsOnceTheOrderIsApproved) {
  auto run = env.start(checkout, "order-1", order{"order-1", 4200});
  env.advance(71h);
  EXPECT_FALSE(run.is_finished());

  run.signal(approved, true);
  EXPECT_EQ(run.result().payment_id, "r1");
  EXPECT_EQ(env.attempts_of(ship).size(), 1u);
}
// [docs:end]

// [docs:timeout]
TEST_F(Checkout, RefundsWhatNobodyApprovesInThreeDays) {
  auto run = env.start(checkout, "order-1", order{"order-1", 4200});
  EXPECT_EQ(run.failure().message, "not approved");  // time passes by itself
  ASSERT_EQ(env.attempts_of(refund).size(), 1u);
  EXPECT_EQ(env.attempts_of(refund)[0].began, env.now());
}
// [docs:end]

// [docs:failures]
TEST_F(Checkout, ChargesAgainWhenThePaymentProviderIsBusy) {
  env.fail(charge, theus::testing::attempts::first(4), theus::failure("busy", "try later"));
  env.delay(ship, 3h);
  auto run = env.start(checkout, "order-1", order{"order-1", 4200});
  run.signal(approved, true);
  EXPECT_EQ(run.result().payment_id, "r1");

  const auto tried = env.attempts_of(charge);
  ASSERT_EQ(tried.size(), 5u);
  EXPECT_EQ(tried[0].idempotency_key, tried[4].idempotency_key);
  EXPECT_GE(env.now() - tried[4].began, 3h);
}
// [docs:end]

// [docs:scenario]
// Every order that was paid is shipped or refunded, one of both, once.
void an_order(theus::testing::environment& env) {
  std::set<std::string> ended;
  env.mock(charge, receipt{"r1"});
  env.mock(ship, [&](const order& o) { ended.insert("shipped " + o.id); });
  env.mock(refund, [&](const receipt& r) { ended.insert("refunded " + r.payment_id); });
  auto run = env.start(checkout, "order-1", order{"order-1", 4200});
  run.signal(approved, true);
  run.outcome();
  env.require(ended.size() == 1, "an order is shipped or refunded");
}
// [docs:end]

// [docs:crashes]
TEST(AnOrder, SurvivesAKillAtEachAppend) {
  EXPECT_TRUE(theus::testing::survives_crashes(shop(), an_order));
}
// [docs:end]

// [docs:explore]
TEST(AnOrder, EndsWellInWhateverOrderThingsHappen) {
  EXPECT_TRUE(theus::testing::explore(2'000, shop(), an_order));
}
// [docs:end]

// [docs:histories]
TEST_F(Checkout, StillDoesWhatItDidInProduction) {
  const auto file = std::filesystem::path(::testing::TempDir()) / "order-1.history";
  auto run = env.start(checkout, "order-1", order{"order-1", 4200});
  run.save_history(file);  // in real life: ./shop export order-1 -o order-1.history
  EXPECT_TRUE(theus::testing::replay_history(shop(), file));
}
// [docs:end]

}  // namespace
