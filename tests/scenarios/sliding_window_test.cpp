#include "scenarios/sliding_window.hpp"

#include <algorithm>
#include <map>

#include <gmock/gmock.h>

#include "scenarios/rehearse.hpp"

namespace scenarios {
namespace {

using namespace std::chrono_literals;
using namespace sliding_window;

theus::application billing() {
  theus::application app;
  app.add(bill, bill_one);
  app.add("bill_all", bill_all).bind("bill_all", so_far, tally_of);
  return app;
}

const std::vector<std::string> customers = {"Ada", "Bo", "Cy", "Di", "Ed", "Flo"};

// Bo has no account. A customer pays a cent for each letter.
void open_in(environment& env, std::map<std::string, int>& mailed) {
  env.mock(make_invoice, [](std::string customer) {
    if (customer == "Bo") throw theus::failure("no_account", customer).non_retryable();
    return static_cast<std::int64_t>(customer.size());
  });
  env.mock(mail, [&mailed, seen = std::make_shared<effects>()](theus::attempt& a,
                                                               std::string customer, std::int64_t) {
    if (seen->is_first(a)) ++mailed[customer];
  });
}

std::ptrdiff_t under_way(const theus::testing::any_run& run) {
  return std::ranges::count_if(run.waits(), [](const std::string& wait) {
    return wait.find("child bill") != std::string::npos;
  });
}

class SlidingWindow : public ::testing::Test {
 protected:
  SlidingWindow() { open_in(env, mailed); }

  std::map<std::string, int> mailed;
  environment env{billing()};
};

TEST_F(SlidingWindow, BillsAllButWhoCannotBeBilled) {
  const tally all = env.start(bill_all, "night", customers, 2).result();
  EXPECT_EQ(all.billed, 5);
  EXPECT_EQ(all.failed, 1);
  EXPECT_EQ(all.cents, 3 + 2 + 2 + 2 + 3);
  EXPECT_EQ(mailed.size(), 5u);
  EXPECT_FALSE(mailed.contains("Bo"));
}

TEST_F(SlidingWindow, TheNextBeginsWhenOneEndsNotWhenAllHave) {
  env.delay(mail, 1h);
  const auto run = env.start(bill_all, "night", std::vector<std::string>{"Ada", "Cy", "Di"}, 2);
  EXPECT_EQ(under_way(run), 2);
  env.advance(1h);
  EXPECT_EQ(under_way(run), 1);
  EXPECT_EQ(env.query("night", so_far).billed, 2);
  env.advance(1h);
  EXPECT_EQ(run.result().billed, 3);
}

TEST_F(SlidingWindow, WhoIsCancelledCancelsThoseUnderWay) {
  env.delay(make_invoice, 1h);
  const auto run = env.start(bill_all, "night", customers, 2);
  run.cancel();
  EXPECT_EQ(run.status(), theus::journal::run_status::cancelled);
  EXPECT_EQ(env.find<std::int64_t>("bill Ada").status(), theus::journal::run_status::cancelled);
  EXPECT_EQ(env.find<std::int64_t>("bill Bo").status(), theus::journal::run_status::cancelled);
  EXPECT_THROW(env.find<std::int64_t>("bill Cy"), theus::error_exception);
}

TEST_F(SlidingWindow, AWideWindowHasRoomForAll) {
  EXPECT_EQ(env.start(bill_all, "night", customers, 50).result().billed, 5);
}

void a_night(environment& env) {
  std::map<std::string, int> mailed;
  open_in(env, mailed);
  const auto run =
      env.start(bill_all, "night", std::vector<std::string>{"Ada", "Bo", "Cy", "Di"}, 2);
  env.always("two are under way at most", [&] { return under_way(run) <= 2; });
  const tally all = run.result();
  env.require(all.billed == 3 && all.failed == 1, "each is billed, or counted, once");
  env.require(all.cents == 7, "no cent is lost over an await");
  env.require(std::ranges::all_of(mailed, [](const auto& m) { return m.second == 1; }) &&
                  mailed.size() == 3,
              "each has one invoice");
}

TEST(SlidingWindowRehearsed, SurvivesAKillAtEachAppend) { expect_survives(billing(), a_night); }
TEST(SlidingWindowRehearsed, HoldsInAnyOrder) {
  expect_any_order(billing(), a_night, {.failures = 1});
}

}  // namespace
}  // namespace scenarios
