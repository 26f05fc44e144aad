#include <gmock/gmock.h>

#include "theus/runtime/take_checkpoint.hpp"

#include "runtime/support/updated_run.hpp"

// Updates: refused before anything is recorded, or recorded and answered once, whatever happens
// (rules 1, 4, 8, 9, 10 and 17).
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::answered;
using testing::EngineUpdate;
using testing::has_a_bug;
using ::testing::HasSubstr;
using testing::held_activity;
using testing::text_of;

TEST_F(EngineUpdate, RunsItsHandlerAndAnswers) {
  begin("cart");
  EXPECT_EQ(update("add", "[5]"), "5");
  EXPECT_EQ(update("add", "[6]"), "11");
  EXPECT_EQ(accepted(), 2u);
  EXPECT_EQ(completed(), 2u);
  ASSERT_TRUE(world.signal("w", "closed", "1"));
  EXPECT_EQ(world.result_of("w"), "11");
}

TEST_F(EngineUpdate, RejectedLeavesNoRecord) {
  begin("cart");
  const auto before = world.records("w");
  const auto refused = world.update("w", "add", "[-1]");
  ASSERT_TRUE(refused && !*refused);
  EXPECT_EQ(refused->error().code, errc::update_rejected);
  EXPECT_THAT(refused->error().message, HasSubstr("negative: a cart is not emptied like this"));
  EXPECT_EQ(update("add", "[101]"), "error update_rejected");
  EXPECT_EQ(world.records("w"), before);
}

TEST_F(EngineUpdate, IsJudgedByWhatTheOneBeforeItDid) {
  begin("cart");
  const auto first = ask("add", "[60]");
  const auto second = ask("add", "[60]");
  const auto third = ask("add", "[40]");
  world.settle();
  EXPECT_EQ(text_of(*first), "60");
  EXPECT_EQ(text_of(*second), "error update_rejected");
  EXPECT_EQ(text_of(*third), "100");
}

TEST_F(EngineUpdate, IsJudgedByWhatCameBeforeIt) {
  begin("cart");
  bool is_raised = false;
  world.running().signal({"w", "raised", "1000", ""},
                         [&](result<void> r) { is_raised = r.has_value(); });
  const auto large = ask("add", "[500]");
  world.settle();
  EXPECT_TRUE(is_raised);
  EXPECT_EQ(text_of(*large), "500");
}

TEST_F(EngineUpdate, TheSameIdIsTheSameUpdateAlsoBehindACrashAndTheEnd) {
  begin("cart");
  EXPECT_EQ(update("add", "[5]", "one"), "5");
  EXPECT_EQ(update("add", "[5]", "one"), "5");
  EXPECT_EQ(update("add", "[-7]", "one"), "5");  // it is not judged again
  world.crash();
  world.open();
  EXPECT_EQ(update("add", "[5]", "one"), "5");
  EXPECT_EQ(accept("add", "[5]", "one"), "accepted");
  EXPECT_EQ(update("add", "[1]", "two"), "6");
  ASSERT_TRUE(world.signal("w", "closed", "1"));
  EXPECT_EQ(world.result_of("w"), "6");
  EXPECT_EQ(update("add", "[5]", "one"), "5");
  EXPECT_EQ(accept("add", "[5]", "two"), "accepted");
  EXPECT_EQ(update("add", "[5]", "three"), "error run_finished");
  EXPECT_EQ(accepted(), 2u);
}

TEST_F(EngineUpdate, TwoRequestsOfOneIdAtOnceAreOneUpdate) {
  begin("cart");
  const auto first = ask("add_priced", "[5]", "one");
  const auto second = ask("add_priced", "[5]", "one");
  world.settle();
  EXPECT_EQ(text_of(*first), "50");
  EXPECT_EQ(text_of(*second), "50");
  EXPECT_EQ(accepted(), 1u);
}

TEST_F(EngineUpdate, WhatIsAcceptedCompletesBehindACrashAndSomebodyElseIsAnswered) {
  held_activity& held = world.hold("price");
  begin("cart");
  EXPECT_EQ(accept("add_priced", "[5]", "one"), "accepted");
  EXPECT_EQ(update("add_priced", "[5]", "one"), "nothing yet");
  ASSERT_EQ(held.count(), 1u);
  world.crash();
  world.open();
  const auto again = ask("add_priced", "[5]", "one");
  world.settle();
  EXPECT_EQ(text_of(*again), "nothing yet");
  ASSERT_EQ(held.count(), 1u);
  held[0].complete("70");
  world.settle();
  EXPECT_EQ(text_of(*again), "70");
  EXPECT_EQ(completed(), 1u);
}

TEST_F(EngineUpdate, HandlersInterleaveAndSeeOneContext) {
  held_activity& held = world.hold("price");
  begin("cart");
  const auto first = ask("add_priced", "[1]");
  const auto second = ask("add_priced", "[2]");
  world.settle();
  ASSERT_EQ(held.count(), 2u);
  held[1].complete("20");
  world.settle();
  held[0].complete("10");
  world.settle();
  EXPECT_EQ(text_of(*second), "20");
  EXPECT_EQ(text_of(*first), "30");
}

TEST_F(EngineUpdate, HandlersTakeTurnsByACondition) {
  held_activity& held = world.hold("price");
  begin("cart");
  const auto first = ask("locked", "[1]");
  const auto second = ask("locked", "[2]");
  world.settle();
  ASSERT_EQ(held.count(), 1u);
  held[0].complete("10");
  world.settle();
  ASSERT_EQ(held.count(), 2u);
  held[1].complete("20");
  world.settle();
  EXPECT_EQ(text_of(*first), "10");
  EXPECT_EQ(text_of(*second), "30");
}

TEST_F(EngineUpdate, AFailureIsTheUpdatesAndNotTheRuns) {
  begin("cart");
  const auto failing = ask("fails", "[]", "one");
  world.settle();
  EXPECT_EQ(text_of(*failing), "nothing yet");
  world.advance(2s);
  EXPECT_EQ(text_of(*failing), "failed no_stock");
  EXPECT_EQ(update("fails", "[]", "one"), "failed no_stock");
  EXPECT_EQ(update("add", "[1]"), "1");
}

TEST_F(EngineUpdate, TheRunWaitsForItsHandlers) {
  held_activity& held = world.hold("price");
  begin("cart");
  const auto open = ask("add_priced", "[5]");
  world.settle();
  ASSERT_TRUE(world.signal("w", "closed", "1"));
  EXPECT_FALSE(world.outcome("w"));
  EXPECT_EQ(update("add", "[1]"), "error run_finished");  // its function has returned
  held[0].complete("50");
  world.settle();
  EXPECT_EQ(text_of(*open), "50");
  EXPECT_EQ(world.result_of("w"), "0");  // said before that
}

TEST_F(EngineUpdate, AWorkflowMayWaitForThemItself) {
  held_activity& held = world.hold("price");
  begin("waits_for_updates");
  const auto open = ask("add_priced", "[5]");
  world.settle();
  ASSERT_TRUE(world.signal("w", "closed", "1"));
  EXPECT_EQ(update("add_priced", "[1]"), "nothing yet");
  held[0].complete("50");
  held[1].complete("10");
  world.settle();
  EXPECT_EQ(text_of(*open), "50");
  EXPECT_EQ(world.result_of("w"), "60");
}

TEST_F(EngineUpdate, CancellationOfTheRunReachesItsHandlers) {
  begin("cart");
  const auto open = ask("late", "[]");
  world.settle();
  ASSERT_TRUE(world.cancel("w"));
  EXPECT_EQ(text_of(*open), "failed cancelled");
  const auto ended = world.outcome("w");
  ASSERT_TRUE(ended && *ended);
  EXPECT_EQ((*ended)->status, journal::run_status::cancelled);
  EXPECT_EQ(completed(), 1u);
}

TEST_F(EngineUpdate, WhoWaitsForOneOfATerminatedRunIsTold) {
  begin("cart");
  const auto open = ask("late", "[]", "one");
  world.settle();
  ASSERT_TRUE(world.terminate("w"));
  EXPECT_EQ(text_of(*open), "error run_finished");
  EXPECT_THAT(open->value().error().message, HasSubstr("before update 'one' had completed"));
  EXPECT_EQ(update("late", "[]", "one"), "error run_finished");
  EXPECT_EQ(accept("late", "[]", "one"), "accepted");
}

TEST_F(EngineUpdate, OfAStuckRunIsRefusedAndNotRecorded) {
  begin("cart");
  has_a_bug = true;
  ASSERT_TRUE(world.signal("w", "closed", "1"));
  ASSERT_EQ(world.stuck().size(), 1u);
  const auto refused = world.update("w", "add", "[1]");
  ASSERT_TRUE(refused && !*refused);
  EXPECT_EQ(refused->error().code, errc::mismatch);
  EXPECT_THAT(refused->error().message, HasSubstr("the bug of this binary"));
  EXPECT_EQ(accepted(), 0u);
  has_a_bug = false;
  ASSERT_TRUE(world.retry_now("w"));
  EXPECT_EQ(world.result_of("w"), "0");
}

TEST_F(EngineUpdate, ABugInAHandlerSetsTheRunAsideAndTheUpdateIsNotThere) {
  begin("cart");
  has_a_bug = true;
  EXPECT_EQ(update("broken", "[]", "one"), "error mismatch");
  EXPECT_EQ(accepted(), 0u);
  has_a_bug = false;
  ASSERT_TRUE(world.retry_now("w"));
  world.settle();
  EXPECT_EQ(update("broken", "[]", "one"), "\"well\"");
}

TEST_F(EngineUpdate, OfAPausedRunWaitsUntilItGoesOn) {
  begin("cart");
  ASSERT_TRUE(world.pause("w"));
  const auto held = ask("add", "[5]", "one");
  const auto beside = ask("add", "[99]", "two");
  world.settle();
  ASSERT_TRUE(world.signal("w", "raised", "50"));
  EXPECT_EQ(text_of(*held), "nothing yet");
  EXPECT_EQ(accepted(), 0u);
  ASSERT_TRUE(world.resume("w"));
  EXPECT_EQ(text_of(*held), "5");
  EXPECT_EQ(text_of(*beside), "error update_rejected");  // by the limit that came meanwhile
  EXPECT_EQ(accepted(), 1u);
}

TEST_F(EngineUpdate, SaysWhatDoesNotFit) {
  begin("cart");
  const auto unknown = world.update("w", "remove", "[1]");
  ASSERT_TRUE(unknown && !*unknown);
  EXPECT_EQ(unknown->error().code, errc::unknown_update);
  EXPECT_THAT(unknown->error().message, HasSubstr("there are: add, add_priced, broken"));
  EXPECT_EQ(update("add", R"(["five"])"), "error wrong_type");
  EXPECT_EQ(update("add", "five"), "error wrong_type");
  EXPECT_EQ(update("", "[]"), "error bad_input");
  EXPECT_EQ(update("add", "[1]", std::string(100'000, 'x')), "error limit_exceeded");
  EXPECT_EQ(text_of(world.update("nobody", "add", "[1]")), "error not_found");
  ASSERT_TRUE(world.start("ends_at_once", "over"));
  EXPECT_EQ(text_of(world.update("over", "add", "[1]")), "error run_finished");
  EXPECT_EQ(accepted(), 0u);
}

TEST_F(EngineUpdate, OpenOnesAreBounded) {
  begin("cart");
  for (std::size_t i = 0; i < machine::most_open_updates; ++i) (void)ask("late", "[]");
  world.settle();
  EXPECT_EQ(accepted(), machine::most_open_updates);
  EXPECT_EQ(update("late", "[]"), "error limit_exceeded");
  world.advance(24h);
  EXPECT_EQ(update("add", "[1]"), "1");
}

// The machine keeps the last answers; the others are found in the records.
TEST_F(EngineUpdate, AnAnswerOfLongAgoIsReadFromTheJournal) {
  world.options.paranoid = false;
  begin("rounds");
  EXPECT_EQ(update("add_priced", "[7]", "first"), "70");
  for (std::size_t i = 0; i <= machine::most_answers; ++i) {
    ASSERT_EQ(update("broken", "[]"), "\"well\"");
  }
  EXPECT_EQ(update("add_priced", "[7]", "first"), "70");
  EXPECT_EQ(accepted(), machine::most_answers + 2);
}

TEST_F(EngineUpdate, IsKnownBehindACheckpoint) {
  world.options.paranoid = false;
  begin("rounds");
  EXPECT_EQ(update("add", "[-1]", "no"), "error update_rejected");
  EXPECT_EQ(update("add_priced", "[7]", "one"), "70");
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(world.signal("w", "raised", "1"));
  std::optional<result<taken_checkpoint>> taken;
  world.running().take_checkpoint(world.run_of("w"), [&](auto r) { taken = std::move(r); });
  world.settle();
  ASSERT_TRUE(taken && *taken);
  world.crash();
  world.open();
  EXPECT_EQ(update("add_priced", "[7]", "one"), "70");
  EXPECT_EQ(accept("late", "[]", "two"), "accepted");
  ASSERT_TRUE(world.signal("w", "raised", "0"));
  world.crash();
  world.open();
  const auto open = ask("late", "[]", "two");
  world.settle();
  EXPECT_EQ(text_of(*open), "nothing yet");
  world.advance(24h);
  EXPECT_EQ(text_of(*open), "1");
  EXPECT_TRUE(world.outcome("w"));
}

TEST_F(EngineUpdate, IsAnsweredWhenTheRunEndsInTheSameTurn) {
  begin("waits_for_updates");
  const auto open = ask("fails", "[]", "one");
  world.settle();
  ASSERT_TRUE(world.signal("w", "closed", "1"));
  world.advance(2s);
  EXPECT_EQ(text_of(*open), "failed no_stock");
  EXPECT_EQ(world.result_of("w"), "0");
}

}  // namespace
}  // namespace theus
