#include <map>
#include <set>
#include <vector>

#include <gmock/gmock.h>

#include "theus/testing.hpp"
#include "theus/testing/gtest.hpp"

#include "claim/workflow.hpp"

// Every step of docs/step-by-step.md, by what the next one is needed for.
namespace claim {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

const loss a_window{"c-1", "ann", "a window"};

theus::application insurer() {
  theus::application app;
  app.add("settle", settle);
  app.bind("settle", stage, stage_of);
  return app;
}

// [docs:first]
TEST(ClaimFirst, IsPaidOnceThoughTheAssessmentFailsTwice) {
  theus::application app;
  app.add("settle", first::settle);
  theus::testing::environment env(app);
  std::vector<std::int64_t> paid;
  env.mock(assess, 90'000)
      .fail(assess, theus::testing::attempts::first(2), theus::failure("busy", "try again"));
  env.mock(pay, [&](std::string, std::int64_t cents) { paid.push_back(cents); });
  auto run = env.start(first::settle, "c-1", a_window);
  EXPECT_EQ(run.result(), 90'000);
  EXPECT_THAT(paid, ElementsAre(90'000));
}
// [docs:end]

// [docs:second]
TEST(ClaimSecond, AsksEachDayAndWaitsForTwoWeeks) {
  theus::application app;
  app.add("settle", second::settle);
  theus::testing::environment env(app);
  int asked = 0;
  env.mock(assess, 90'000);
  env.mock(ask_clerk, [&](std::string, std::int64_t) { ++asked; });
  env.mock(pay, [](std::string, std::int64_t) {});

  auto patient = env.start(second::settle, "c-1", a_window);
  env.advance(49h);
  EXPECT_EQ(asked, 3);
  patient.signal(decided, true);
  EXPECT_EQ(patient.result(), 90'000);

  auto forgotten = env.start(second::settle, "c-2", a_window);
  EXPECT_EQ(forgotten.failure().type, "refused");  // in a millisecond
  EXPECT_EQ(asked, 3 + 14);
}
// [docs:end]

// [docs:third]
TEST(ClaimThird, WhatIsReservedIsReleasedUnlessItIsPaid) {
  theus::application app;
  app.add("settle", third::settle);
  theus::testing::environment env(app);
  std::set<std::string> reserved;
  env.mock(assess, 90'000).mock(ask_clerk, [](std::string, std::int64_t) {});
  env.mock(pay, [](std::string, std::int64_t) {});
  env.mock(reserve, [&](std::string id, std::int64_t) { reserved.insert(id); });
  env.mock(release, [&](std::string id) { reserved.erase(id); });

  auto withdrawn = env.start(third::settle, "c-1", a_window);
  EXPECT_THAT(reserved, ElementsAre("c-1"));
  withdrawn.cancel("the customer found the pane");
  EXPECT_THAT(reserved, ElementsAre());

  auto refused = env.start(third::settle, "c-2", a_window);
  refused.signal(decided, false);
  EXPECT_EQ(refused.failure().type, "refused");
  EXPECT_THAT(reserved, ElementsAre());
}
// [docs:end]

// [docs:stage]
TEST(Claim, SaysHowItStands) {
  theus::testing::environment env(insurer());
  env.mock(assess, 90'000).mock(ask_clerk, [](std::string, std::int64_t) {});
  env.mock(pay, [](std::string, std::int64_t) {});
  env.mock(reserve, [](std::string, std::int64_t) {}).mock(release, [](std::string) {});
  env.mock(send_mail, [](std::string, std::string) {});
  auto run = env.start(settle, "c-1", a_window);
  EXPECT_EQ(env.query("c-1", stage), "assessment");
  run.signal(photo_arrived, "front");
  run.signal(photo_arrived, "back");
  EXPECT_EQ(env.query("c-1", stage), "decision");
  run.signal(decided, true);
  EXPECT_EQ(run.result(), 90'000);
  EXPECT_EQ(env.query("c-1", stage), "paid");
}
// [docs:end]

TEST(Claim, IsRefusedWithoutPhotos) {
  theus::testing::environment env(insurer());
  env.mock(assess, 90'000).mock(send_mail, [](std::string, std::string) {});
  auto run = env.start(settle, "c-1", a_window);
  EXPECT_EQ(run.failure().type, "refused");
}

// [docs:always]
TEST(Claim, IsPaidOnceOrReleasedWhateverHappens) {
  const auto scenario = [](theus::testing::environment& env) {
    std::set<std::string> payments;  // by what a bank would know them again by
    std::set<std::string> reserved;
    env.mock(assess, 90'000).mock(ask_clerk, [](std::string, std::int64_t) {});
    env.mock(send_mail, [](std::string, std::string) {});
    env.mock(reserve, [&](std::string id, std::int64_t) { reserved.insert(id); });
    env.mock(release, [&](std::string id) { reserved.erase(id); });
    env.mock(pay, [&](theus::attempt& a, std::string, std::int64_t) {
      payments.insert(a.idempotency_key());
    });
    env.always("it is paid once at most", [&] { return payments.size() <= 1; });
    auto run = env.start(settle, "c-1", a_window);
    run.signal(photo_arrived, "front");
    run.signal(photo_arrived, "back");
    run.signal(decided, true);
    const bool is_paid = run.outcome().status == theus::journal::run_status::completed;
    EXPECT_EQ(payments.size(), is_paid ? 1u : 0u);
    EXPECT_EQ(reserved.size(), is_paid ? 1u : 0u);
  };
  EXPECT_TRUE(theus::testing::survives_crashes(insurer(), scenario));
  EXPECT_TRUE(theus::testing::explore(1'000, insurer(), scenario));
}
// [docs:end]

}  // namespace
}  // namespace claim
