#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "theus/testing.hpp"
#include "theus/testing/gtest.hpp"

#include "parcels/workflow.hpp"

// An order whose parcels are children: gone through, and killed at every append.
namespace theus {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using testing::environment;
using testing::survives_crashes;

class Parcels : public ::testing::Test {
 protected:
  Parcels() {
    app.add(deliver, deliver_parcel).add("ship", ship).add("ship_or_refund", ship_or_refund);
    app.add("ship_express", ship_express).add("send_gift", send_gift);
    app.add(insure, insure_parcel).add("send_insured", send_insured);
  }
  static void mock_all(environment& env) {
    env.mock(hand_to_courier, [](const parcel&) {});
    env.mock(call_back, [](const std::string&) {});
    env.mock(refund, [](const std::string&) {});
  }

  application app;
  const order two{"o", {{"a", "here"}, {"b", "there"}}};
};

TEST_F(Parcels, AllAreSignedForWhateverIsKilled) {
  const auto found = survives_crashes(app, [&](environment& env) {
    mock_all(env);
    const auto shipping = env.start(ship, "shipping", two);
    env.find<std::string>("o/b").signal(delivered, "Bob");
    env.find<std::string>("o/a").signal(delivered, "Ann");
    const auto by = shipping.result();
    env.require(by == std::vector<std::string>{"Ann", "Bob"}, "in the order of the parcels");
    env.require(env.attempts_of(hand_to_courier).size() >= 2, "each is sent");
  });
  EXPECT_TRUE(found);
  EXPECT_GE(found.kills(), 14u);
}

TEST_F(Parcels, OneThatIsLostIsRefundedWhateverIsKilled) {
  EXPECT_TRUE(survives_crashes(app, [&](environment& env) {
    mock_all(env);
    const auto shipping = env.start(ship_or_refund, "shipping", two);
    env.find<std::string>("o/a").signal(lost, "in the sea");
    env.require(shipping.result() == "refunded", "somebody refunds it");
    env.require(shipping.context<std::string>("/lost") == "o/a", "the child is named");
  }));
}

TEST_F(Parcels, TheSlowerCourierIsCalledBackWhateverIsKilled) {
  EXPECT_TRUE(survives_crashes(app, [&](environment& env) {
    mock_all(env);
    const auto shipping = env.start(ship_express, "shipping", two.parcels[0], two.parcels[1]);
    const std::string first = shipping.id().to_string() + "/1";
    const std::string second = shipping.id().to_string() + "/2";
    env.find<std::string>(first).signal(delivered, "Ann");
    env.require(shipping.result() == "Ann", "the first one counts");
    env.run_until_idle();
    const auto other = env.find<std::string>(second);
    env.require(other.status() == journal::run_status::cancelled, "the other one is cancelled");
    env.require(!env.attempts_of(call_back).empty(), "and called back");
  }));
}

TEST_F(Parcels, AGiftIsDeliveredWhenNobodyIsLeftToWaitForItWhateverIsKilled) {
  EXPECT_TRUE(survives_crashes(app, [&](environment& env) {
    mock_all(env);
    env.start(send_gift, "giving", two.parcels[0]).result();
    env.run_until_idle();
    const auto gift = env.find<std::string>("gift/a");
    gift.signal(delivered, "Ann");
    env.require(gift.result() == "Ann", "it is signed for");
  }));
}

TEST_F(Parcels, InsuranceEndsWithTheDeliveryAndTheDeliveryWithItsSenderWhateverIsKilled) {
  const auto is_cancelled = [](environment& env) {
    env.run_until_idle();
    return env.find<void>("insurance/a").status() == journal::run_status::cancelled;
  };
  EXPECT_TRUE(survives_crashes(app, [&](environment& env) {
    mock_all(env);
    const auto sending = env.start(send_insured, "sending", two.parcels[0]);
    env.find<std::string>("a").signal(delivered, "Ann");
    sending.result();
    env.require(is_cancelled(env), "it is insured no more");
  }));
  EXPECT_TRUE(survives_crashes(app, [&](environment& env) {
    mock_all(env);
    const auto sending = env.start(send_insured, "sending", two.parcels[0]);
    sending.terminate("the sender is gone");
    env.require(sending.failure().message == "the sender is gone", "it says why");
    env.require(is_cancelled(env), "it is insured no more");
    const auto delivery = env.find<std::string>("a");
    env.require(delivery.status() == journal::run_status::terminated, "nor on its way");
    env.require(env.attempts_of(call_back).empty(), "and nobody is called back");
  }));
}

TEST_F(Parcels, OneThatIsHeldIsSignedForOnceItGoesOnWhateverIsKilled) {
  EXPECT_TRUE(survives_crashes(app, [&](environment& env) {
    mock_all(env);
    const auto shipping = env.start(ship, "shipping", two);
    const auto held = env.find<std::string>("o/a");
    held.pause("the customs");
    held.signal(delivered, "Ann");
    env.find<std::string>("o/b").signal(delivered, "Bob");
    env.advance(24h);
    env.require(!held.is_finished() && !shipping.is_finished(), "it stands still");
    held.resume();
    const auto by = shipping.result();
    env.require(by == std::vector<std::string>{"Ann", "Bob"}, "in the order of the parcels");
  }));
}

TEST_F(Parcels, BothCouriersAreCalledBackWhenTimeRunsOut) {
  environment env(app);
  mock_all(env);
  EXPECT_EQ(env.start(ship_express, "shipping", two.parcels[0], two.parcels[1]).result(), "nobody");
  env.run_until_idle();
  EXPECT_EQ(env.attempts_of(call_back).size(), 2u);
}

}  // namespace
}  // namespace theus
