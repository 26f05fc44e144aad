#include <gmock/gmock.h>

#include "scenarios/parcels.hpp"

namespace scenarios {
namespace {

using namespace std::chrono_literals;
using namespace order_tracking;
using theus::testing::attempts;

theus::application shop() {
  theus::application app;
  app.add("fulfil", fulfil);
  return app;
}

class OrderTracking : public ::testing::Test {
 protected:
  OrderTracking() { at.open_in(env); }
  theus::testing::run<std::string> start() { return env.start(fulfil, "order-1", an_order()); }

  environment env{shop()};
  parcels at;
};

TEST_F(OrderTracking, IsDeliveredWhenAllStopsReportInTime) {
  auto run = start();
  env.advance(40h);
  run.signal(arrived_at, "Hub");
  env.advance(40h);
  run.signal(arrived_at, "Home");
  EXPECT_EQ(run.result(), "parcel of order-1");
  EXPECT_EQ(at.charged.size(), 1u);
  EXPECT_TRUE(env.attempts_of(refund).empty());
}

TEST_F(OrderTracking, NewsOfALaterStopCountWhenItsTurnComes) {
  auto run = start();
  run.signal(arrived_at, "Home");
  EXPECT_FALSE(run.is_finished());
  run.signal(arrived_at, "Hub");
  EXPECT_EQ(run.result(), "parcel of order-1");
}

TEST_F(OrderTracking, IsUndoneWhenAParcelIsLost) {
  auto run = start();
  run.signal(arrived_at, "Hub");
  EXPECT_EQ(run.failure().type, "lost_parcel");
  EXPECT_TRUE(at.is_untouched());
}

TEST_F(OrderTracking, IsUndoneAsFarAsItCame) {
  env.fail(charge, attempts::all(), theus::failure("declined", "no").non_retryable());
  EXPECT_EQ(start().failure().type, "activity_failed");
  EXPECT_TRUE(at.is_untouched());
  EXPECT_TRUE(env.attempts_of(ship).empty());
  EXPECT_TRUE(env.attempts_of(call_back).empty());
}

TEST_F(OrderTracking, IsNotShippedWhenItIsCancelledWhileItIsCharged) {
  env.delay(charge, 1h);
  auto run = start();
  run.cancel("changed my mind");
  EXPECT_EQ(run.outcome().status, theus::journal::run_status::cancelled);
  EXPECT_TRUE(env.attempts_of(ship).empty());
  EXPECT_TRUE(at.is_untouched());
}

TEST(OrderTrackingRehearsed, SurvivesAKillAtEachAppend) {
  expect_survives(shop(), a_delivery(fulfil));
}
TEST(OrderTrackingRehearsed, HoldsInAnyOrder) {
  expect_any_order(shop(), a_delivery(fulfil), {"delivered", "undone"}, {.failures = 2});
}

}  // namespace
}  // namespace scenarios
