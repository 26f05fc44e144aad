#include <gtest/gtest.h>

#include "journal/record_forms.hpp"

// Promises and their settlements: format level 4 (rule 8).
namespace theus::journal {
namespace {

using namespace test;

TEST(PromiseRecords, SurviveARoundTrip) { expect_round_trips(&random_records::next_of_promise, 4); }

TEST(PromiseRecords, Rule08NeedLevel4AndNothingElseDoes) {
  EXPECT_EQ(level_of_form(turn_of({}, {withdraw{{"", 1}, withdraw::target::child, std::nullopt}})),
            3);
  EXPECT_EQ(
      level_of_form(turn_of({}, {withdraw{{"", 1}, withdraw::target::promise, std::nullopt}})), 4);
  EXPECT_EQ(level_of_form(turn_of({}, {create_promise{{"", 1}}})), 4);
  EXPECT_EQ(level_of_form(turn_of({promise_settled{{"", 1}, payload("1")}}, {})), 4);
  EXPECT_EQ(level_of_form(intake_of({promise_settled{{"", 1}, failure_info{"no", "", {}}}})), 4);
}

// Written once, as golden_records_v1.hex and its like are.
TEST(PromiseRecords, Rule08GoldenBytesNeverChange) {
  expect_golden("golden_records_v4_promises.hex", &random_records::next_of_promise);
}

}  // namespace
}  // namespace theus::journal
