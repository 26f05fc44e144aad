#include <iostream>

#include <gmock/gmock.h>

#include "scenarios/deposits.hpp"
#include "scenarios/parcels.hpp"
#include "scenarios/wrong_copies.hpp"

// A bug of concurrency in a copy of a scenario is found, and the seed that finds it is printed.
namespace scenarios {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

// The usual order holds; an explored one does not, again and again; what is right holds in as many.
void expect_found(const theus::application& app, const scenario& wrong, const scenario& right,
                  const std::string& said, explore_options options = {}) {
  environment usual(app);
  wrong(usual);

  options.executions = 10'000;
  const auto found = theus::testing::explore(options, app, wrong);
  ASSERT_FALSE(found);
  std::cout << found;
  EXPECT_THAT(found.text(),
              AllOf(HasSubstr(said), HasSubstr("seed " + std::to_string(found.seed()) + ": ")));

  auto again = options;
  again.seed = found.seed();
  again.executions = 1;
  EXPECT_EQ(theus::testing::explore(again, app, wrong).order(), found.order());
  again = options;
  again.order = found.order();
  EXPECT_THAT(theus::testing::explore(again, app, wrong).text(), HasSubstr(said));

  options.executions = 4'000;
  EXPECT_TRUE(theus::testing::explore(options, app, right));
}

TEST(FoundBugs, AnUpdateThatIsLostOverAnAwait) {
  theus::application app;
  app.add("keep_lock", workflow_lock::keep_lock);
  app.add("deposit", workflow_lock::deposit);
  app.add("wrong_deposit", wrong::deposit);
  // This bank trusts the lock.
  expect_found(app, three_deposits(wrong::deposit, false),
               three_deposits(workflow_lock::deposit, false),
               "every deposit that completed is in the account", {.time_races = false});
}

using ringing = decltype(&wrong::wake_and_ring);

scenario two_moves(ringing what) {
  return [what](environment& env) {
    env.mock(wrong::ring, [] {});
    const auto begin = env.now();
    auto deadline = begin + 24h;
    auto run = env.start(what, "alarm", deadline);
    for (const auto to : {begin + 12h, begin + 36h}) {
      if (run.signal(alarm_clock::moved, to)) deadline = to;
    }
    env.require(run.result() == deadline, "a move that was accepted is not missed");
  };
}

TEST(FoundBugs, ASignalThatIsMissedBetweenChecks) {
  theus::application app;
  app.add("wrong_alarm", wrong::wake_and_ring);
  app.add("right_alarm", right::wake_and_ring);
  expect_found(app, two_moves(wrong::wake_and_ring), two_moves(right::wake_and_ring),
               "a move that was accepted is not missed", {.kills = 0});
}

TEST(FoundBugs, CompensationsInTheWrongOrder) {
  theus::application app;
  app.add("fulfil", order_tracking::fulfil);
  app.add("undoes_at_once", wrong::undoes_at_once);
  expect_found(app, a_delivery(wrong::undoes_at_once), a_delivery(order_tracking::fulfil),
               "an order is refunded before its goods are released");
}

TEST(FoundBugs, AReplyThatIsGivenTwice) {
  theus::application app;
  app.add("wrong_ask", wrong::asks_all);
  app.add("right_ask", right::asks_all);
  const auto two_approvals = [](auto what) -> scenario {
    return [what](environment& env) {
      effects payments;
      env.mock(expense::ask, [](std::string, std::string) {});
      env.mock(expense::pay, [&](theus::attempt& a, expense::report) { payments.is_first(a); });
      env.always("an expense is paid once at most", [&] { return payments.size() <= 1; });
      expense::report r;
      r.id = "lunch";
      r.approvers = {"Mia", "Tom"};
      auto run = env.start(what, "lunch", r);
      for (const auto& by : r.approvers) {
        expense::decision yes;
        yes.by = by;
        yes.is_approved = true;
        run.signal(expense::decided, yes);
      }
      run.result();
    };
  };
  expect_found(app, two_approvals(wrong::asks_all), two_approvals(right::asks_all),
               "does not always hold: an expense is paid once at most");
}

TEST(FoundBugs, ACancellationThatIsForgotten) {
  theus::application app;
  app.add("fulfil", order_tracking::fulfil);
  app.add("compensates_failures", wrong::compensates_failures);
  expect_found(app, a_delivery(wrong::compensates_failures), a_delivery(order_tracking::fulfil),
               "what is not delivered leaves nothing behind");
}

}  // namespace
}  // namespace scenarios
