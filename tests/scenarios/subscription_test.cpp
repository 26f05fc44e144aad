#include <map>

#include <gmock/gmock.h>

#include "scenarios/rehearse.hpp"
#include "subscription/workflow.hpp"

// The bill of every month, as sdk/examples/subscription has it; its hundred years are in
// tests/examples.
namespace scenarios {
namespace {

using namespace std::chrono_literals;
using namespace subscription;

theus::application publisher() {
  theus::application app;
  app.add("subscribe", subscribe);
  return app;
}

customer named(const char* name) {
  customer who;
  who.name = name;
  return who;
}

struct till {
  std::map<std::string, std::vector<std::int64_t>> months;  // that a customer was billed for
  effects bills;

  void open_in(environment& env) {
    env.mock(open_account, [](customer who) { return "account of " + who.name; });
    env.mock(charge, [this](theus::attempt& a, invoice due) {
      if (bills.is_first(a)) months[due.customer].push_back(due.month);
      receipt paid;
      paid.month = due.month;
      paid.cents = due.cents;
      return paid;
    });
  }
};

TEST(Subscription, BillsUntilItIsCancelled) {
  environment env(publisher());
  till at;
  at.open_in(env);
  auto run = env.start(subscribe, "ada", named("ada"));
  env.advance(24h * (31 + 28 + 31 + 1));
  run.cancel();
  EXPECT_EQ(run.outcome().status, theus::journal::run_status::cancelled);
  EXPECT_THAT(at.months["ada"], ::testing::ElementsAre(1, 2, 3));
  EXPECT_EQ(run.context<std::int64_t>("/bills"), 3);
}

// Two customers, for some months: every month that was billed was so once, and in order.
void two_customers(environment& env) {
  till at;
  at.open_in(env);
  auto ada = env.start(subscribe, "ada", named("ada"));
  auto ida = env.start(subscribe, "ida", named("ida"));
  env.advance(24h * (31 + 28 + 1));
  ada.cancel();
  env.advance(24h * 31);
  ida.cancel();
  for (const auto& run : {ada, ida}) {
    env.require(run.outcome().status == theus::journal::run_status::cancelled, "it ends");
    std::int64_t month = 0;
    for (const auto billed : at.months[run.workflow_id()]) {
      env.require(billed == ++month, "months are billed in order, and once");
    }
    // The charge of the last one may have been given up when it had taken effect.
    const theus::value context = run.context();
    const theus::value* const bills = context.as_map().find("bills");
    const std::int64_t known = bills ? bills->as_integer() : 0;
    env.require(known == month || known == month - 1, "what is billed is known");
  }
}

TEST(SubscriptionRehearsed, SurvivesAKillAtEachAppend) {
  expect_survives(publisher(), two_customers);
}
TEST(SubscriptionRehearsed, HoldsInAnyOrder) {
  expect_any_order(publisher(), two_customers, {.failures = 1});
}

}  // namespace
}  // namespace scenarios
