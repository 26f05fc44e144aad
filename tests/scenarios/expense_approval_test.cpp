#include "scenarios/expense_approval.hpp"

#include <gmock/gmock.h>

#include "scenarios/rehearse.hpp"

namespace scenarios {
namespace {

using namespace std::chrono_literals;
using namespace expense;
using ::testing::ElementsAre;

theus::application company() {
  theus::application app;
  app.add("approve_expense", approve);
  return app;
}

report lunch() {
  report r;
  r.id = "lunch";
  r.cents = 4200;
  r.approvers = {"Mia", "Tom"};
  return r;
}

struct office {
  std::vector<std::string> asked;
  effects payments;

  void open_in(environment& env) {
    env.mock(ask, [this](std::string approver, std::string) {
      if (asked.empty() || asked.back() != approver) asked.push_back(approver);
    });
    env.mock(pay, [this](theus::attempt& a, report) { payments.is_first(a); });
  }
};

class ExpenseApproval : public ::testing::Test {
 protected:
  ExpenseApproval() { at.open_in(env); }
  theus::testing::run<ending> start() { return env.start(approve, "lunch", lunch()); }

  environment env{company()};
  office at;
};

TEST_F(ExpenseApproval, IsPaidOnceItIsApproved) {
  auto run = start();
  env.advance(71h);
  run.signal(decided, {"Mia", true});
  EXPECT_EQ(run.result(), ending::paid);
  EXPECT_EQ(at.payments.size(), 1u);
  EXPECT_THAT(at.asked, ElementsAre("Mia"));
}

TEST_F(ExpenseApproval, IsNotPaidWhenItIsRejected) {
  auto run = start();
  run.signal(decided, {"Mia", false});
  EXPECT_EQ(run.result(), ending::rejected);
  EXPECT_EQ(at.payments.size(), 0u);
}

TEST_F(ExpenseApproval, GoesOnToTheNextWhenOneDoesNotAnswer) {
  auto run = start();
  env.advance(73h);
  EXPECT_THAT(at.asked, ElementsAre("Mia", "Tom"));
  run.signal(decided, {"Mia", true});  // late, and first
  run.signal(decided, {"Tom", false});
  EXPECT_EQ(run.result(), ending::paid);
  EXPECT_EQ(run.context<std::string>("/decided_by"), "Mia");
}

TEST_F(ExpenseApproval, EndsWhenNobodyAnswers) {
  auto run = start();
  EXPECT_EQ(run.result(), ending::unanswered);
  EXPECT_EQ(at.payments.size(), 0u);
}

// The answer that comes first decides, whatever else comes.
std::string two_answers(environment& env) {
  office at;
  at.open_in(env);
  env.always("an expense is paid once at most", [&] { return at.payments.size() <= 1; });
  auto run = env.start(approve, "lunch", lunch());
  std::string first;
  bool is_accepted = false;
  const auto answer = [&](std::string by, bool is_approved) {
    decision d;
    d.by = by;
    d.is_approved = is_approved;
    if (first.empty()) first = by;
    if (run.signal(decided, d)) is_accepted = true;
  };
  env.in_any_order({[&] { answer("Mia", true); }, [&] { answer("Tom", false); }});
  const ending end = run.result();

  if (end == ending::unanswered) {
    env.require(!is_accepted, "what was accepted is an answer");
  } else {
    env.require(run.context<std::string>("/decided_by") == first, "the first answer decides");
    env.require(end == (first == "Mia" ? ending::paid : ending::rejected), "as it says");
  }
  env.require(at.payments.size() == (end == ending::paid ? 1 : 0), "it is paid if it says so");
  env.require(!at.asked.empty() && at.asked[0] == "Mia", "Mia is asked first");
  return end == ending::unanswered ? "unanswered" : first;
}

TEST(ExpenseApprovalRehearsed, SurvivesAKillAtEachAppend) {
  expect_survives(company(), two_answers);
}
TEST(ExpenseApprovalRehearsed, HoldsInAnyOrder) {
  expect_any_order(company(), two_answers, {"Mia", "Tom", "unanswered"}, {.failures = 1});
}

}  // namespace
}  // namespace scenarios
