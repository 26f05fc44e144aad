#include "scenarios/early_return.hpp"

#include <gmock/gmock.h>

#include "scenarios/rehearse.hpp"

namespace scenarios {
namespace {

using namespace std::chrono_literals;
using namespace early_return;

theus::application bank() {
  theus::application app;
  app.add("pay", pay).bind("pay", receipt, give_receipt);
  return app;
}

payment small() {
  payment p;
  p.to = "Ada";
  p.cents = 900;
  return p;
}

theus::start_request new_payment(const payment& p) {
  return theus::start_of("pay", {.workflow_id = "p-1", .request_id = "form-8"}, p);
}

void open_in(environment& env) {
  env.mock(reserve, [](payment p) {
    if (p.cents > 10'000) throw theus::failure("limit", "that is too much").non_retryable();
    return "receipt for " + p.to;
  });
  env.mock(transfer, [](std::string) {});
}

TEST(EarlyReturn, TheReceiptIsThereLongBeforeTheMoney) {
  environment env(bank());
  open_in(env);
  env.delay(transfer, 72h);
  const auto begin = env.now();
  // [docs:ask]
  const std::string number = env.update_with_start(
      theus::start_of("pay", {.workflow_id = "p-1", .request_id = "form-8"}, small()), receipt);
  // [docs:end]
  EXPECT_EQ(number, "receipt for Ada");
  EXPECT_LT(env.now() - begin, 1h);
  const auto run = env.find<std::string>("p-1");
  EXPECT_FALSE(run.is_finished());
  EXPECT_EQ(run.result(), "receipt for Ada");
  EXPECT_GE(env.now() - begin, 72h);
}

TEST(EarlyReturn, ARefusalIsThereAtOnceToo) {
  environment env(bank());
  open_in(env);
  payment large = small();
  large.cents = 20'000;
  try {
    env.update_with_start(new_payment(large), receipt);
    FAIL() << "it was paid";
  } catch (const theus::failure& e) {
    EXPECT_EQ(e.type(), "refused");
    EXPECT_STREQ(e.what(), "that is too much");
  }
  EXPECT_EQ(env.find<std::string>("p-1").result(), "");
}

// Two clients send the same form.
void sent_twice(environment& env) {
  effects reserved;
  effects transferred;
  env.mock(reserve, [&](theus::attempt& a, payment p) {
    reserved.is_first(a);
    return "receipt for " + p.to;
  });
  env.mock(transfer, [&](theus::attempt& a, std::string) { transferred.is_first(a); });
  const auto send = [&] {
    try {
      env.require(env.update_with_start(new_payment(small()), receipt) == "receipt for Ada",
                  "it is the receipt");
    } catch (const theus::error_exception& e) {
      env.require(e.code() == theus::errc::run_finished, "the payment was made before");
    }
  };
  env.in_any_order({send, send, [&] { env.advance(1h); }});
  const auto number = env.find<std::string>("p-1").result();
  env.require(number == "receipt for Ada", "it is paid");
  env.require(reserved.size() == 1 && transferred.size() == 1, "it is paid once");
}

TEST(EarlyReturnRehearsed, SurvivesAKillAtEachAppend) { expect_survives(bank(), sent_twice); }
TEST(EarlyReturnRehearsed, HoldsInAnyOrder) {
  EXPECT_TRUE(theus::testing::explore(1'000, bank(), sent_twice));
}

}  // namespace
}  // namespace scenarios
