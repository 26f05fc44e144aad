#include <chrono>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "theus/testing.hpp"

#include "bank/workflow.hpp"
#include "checkout/workflow.hpp"
#include "subscription/workflow.hpp"

// The workflows of the examples, killed at every append and in any order, beside the activities
// that the tests give them.
namespace {

using theus::testing::environment;
using theus::testing::explore;
using theus::testing::scenario;
using theus::testing::survives_crashes;

// ---- checkout

theus::application shop() {
  theus::application app;
  app.add("process", checkout::process);
  return app;
}

checkout::order expensive_order() {
  checkout::line piano;
  piano.sku = "piano";
  piano.quantity = 1;
  piano.cents = 2 * checkout::approval_above_cents;
  checkout::order o;
  o.id = "order-1";
  o.lines.push_back(piano);
  return o;
}

// What the world outside remembers of an order; each effect is known by its key, so that another
// attempt changes nothing.
struct books {
  std::set<std::string> charges, refunds, reservations, releases, shipments;

  void open_in(environment& env) {
    env.mock(checkout::charge, [this](theus::attempt& a, const checkout::order& o) {
      charges.insert(a.idempotency_key());
      return checkout::receipt{"payment", checkout::total_cents(o)};
    });
    env.mock(checkout::refund, [this](theus::attempt& a, const checkout::receipt&) {
      refunds.insert(a.idempotency_key());
    });
    env.mock(checkout::reserve, [this](theus::attempt& a, const checkout::order&) {
      reservations.insert(a.idempotency_key());
      return checkout::reservation{"goods"};
    });
    env.mock(checkout::release, [this](theus::attempt& a, const checkout::reservation&) {
      releases.insert(a.idempotency_key());
    });
    env.mock(checkout::ask, [](const checkout::order&) {});
    env.mock(checkout::ship, [this](theus::attempt& a, const checkout::order&) {
      shipments.insert(a.idempotency_key());
      return checkout::shipment{"tracking"};
    });
  }
};

void an_expensive_order(environment& env) {
  books kept;
  kept.open_in(env);
  env.always("an order is charged once at most", [&] { return kept.charges.size() <= 1; });
  auto run = env.start(checkout::process, "order-1", expensive_order());
  run.signal(checkout::approved, true);
  const auto result = run.result();

  const bool is_shipped = result.how == checkout::outcome::shipped;
  env.require(is_shipped || result.how == checkout::outcome::unanswered, "it ends as one of these");
  env.require(kept.charges.size() == 1, "it is charged");
  env.require(kept.reservations.size() == 1, "goods are set aside");
  env.require(kept.shipments.size() == (is_shipped ? 1 : 0), "it is shipped if it says so");
  env.require(kept.refunds.size() == (is_shipped ? 0 : 1), "the money goes back if it is not");
  env.require(kept.releases.size() == (is_shipped ? 0 : 1), "and so do the goods");
}

TEST(RehearsedCheckout, SurvivesAKillAtEachAppend) {
  EXPECT_TRUE(survives_crashes(shop(), an_expensive_order));
}

TEST(RehearsedCheckout, HoldsInAnyOrder) {
  EXPECT_TRUE(explore(2'000, shop(), an_expensive_order));
}

TEST(RehearsedCheckout, GivesMoneyAndGoodsBackWhenNobodyAnswers) {
  const auto app = shop();
  environment env(app);
  books kept;
  kept.open_in(env);
  auto run = env.start(checkout::process, "order-1", expensive_order());
  EXPECT_EQ(run.result().how, checkout::outcome::unanswered);
  EXPECT_EQ(kept.refunds.size(), 1u);
  EXPECT_EQ(kept.releases.size(), 1u);
}

// ---- bank

theus::application a_bank() {
  theus::application app;
  app.add("business_day", bank::business_day);
  return app;
}

void a_day(environment& env) {
  bank::day_plan plan;
  plan.at_once = 3;
  for (const char* name : {"a", "b", "c", "d"}) plan.accounts[name] = 1'000;
  const std::string ways = "abbccdda";  // each of these gets into the way of the next
  for (std::size_t i = 0; i + 1 < ways.size(); i += 2) {
    bank::transfer t;
    t.id = "transfer-" + std::to_string(i);
    t.from = ways.substr(i, 1);
    t.to = ways.substr(i + 1, 1);
    t.cents = 100;
    plan.transfers.push_back(t);
  }
  env.mock(bank::screen, [](const bank::transfer&) {});
  auto run = env.start(bank::business_day, "monday", plan);
  const auto result = run.result();
  env.require(result.total_cents == 4'000, "no money comes or goes");
  const auto context = run.context();
  env.require(context.as_map().at("done").as_map().size() == 4, "each transfer is made");
  for (const auto& [name, cents] : context.as_map().at("accounts").as_map()) {
    env.require(cents.as_integer() == 1'000, "a round of equal transfers changes no account");
  }
}

// Which transfers get into each other's way is decided by the order, and a kill changes that, so
// Contexts and counts differ: what has to hold is said above.
TEST(RehearsedBank, HoldsInAnyOrderAndThroughKills) {
  EXPECT_TRUE(explore(2'000, a_bank(), a_day));
}

// ---- subscription

TEST(RehearsedSubscription, BillsAHundredYearsInNoTime) {
  theus::application app;
  app.add("subscribe", subscription::subscribe);
  environment env(app, {.paranoid = false});  // 2,400 turns, each made once
  env.mock(subscription::open_account, std::string("account"));
  env.mock(subscription::charge, [](const subscription::invoice& i) {
    subscription::receipt paid;
    paid.month = i.month;
    paid.cents = i.cents;
    return paid;
  });
  subscription::customer ada;
  ada.name = "ada";
  std::int64_t expected = 0;
  for (std::int64_t month = 1; month <= subscription::months; ++month) {
    expected += subscription::price_of(ada, month);
  }
  auto run = env.start(subscription::subscribe, "ada", ada);
  EXPECT_EQ(run.result(), expected);
  EXPECT_EQ(env.now(), subscription::day_of(subscription::months + 1));
  EXPECT_EQ(env.attempts_of(subscription::charge).size(),
            static_cast<std::size_t>(subscription::months));
}

}  // namespace
