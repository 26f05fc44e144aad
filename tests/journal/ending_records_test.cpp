#include <gtest/gtest.h>

#include "journal/record_forms.hpp"

// Ends and pauses from outside, and what becomes of children then: format level 4 (rule 8).
namespace theus::journal {
namespace {

using namespace test;

TEST(EndingRecords, SurviveARoundTrip) { expect_round_trips(&random_records::next_of_ending, 4); }

TEST(EndingRecords, Rule08NeedLevel4AndNothingElseDoes) {
  const auto child = [](parent_close what) {
    return turn_of({}, {start_child{{"", 1}, "c", "t", "[]", true, what}});
  };
  EXPECT_EQ(level_of_form(child(parent_close::usual)), 3);
  EXPECT_EQ(level_of_form(child(parent_close::abandon)), 4);
  EXPECT_EQ(level_of_form(intake_of({terminated{}})), 4);
  EXPECT_EQ(level_of_form(intake_of({paused{}})), 4);
  EXPECT_EQ(level_of_form(intake_of({resumed{}})), 4);
}

TEST(EndingRecords, StandInIntakesAloneAndNothingStandsBehindAnEnd) {
  const auto fault = [](record r) {
    const auto made = encode(first_of_run(std::move(r)));
    return made ? "" : made.error().message;
  };
  EXPECT_EQ(fault(turn_of({paused{}}, {})), "a turn holds what no workflow sees");
  EXPECT_EQ(fault(turn_of({terminated{}}, {})), "a turn holds what no workflow sees");
  EXPECT_EQ(fault(intake_of({terminated{}, resumed{}})),
            "something stands behind the end of a run");
  EXPECT_EQ(fault(intake_of({resumed{}, terminated{}})), "");
}

// Written once, as golden_records_v1.hex and its like are.
TEST(EndingRecords, Rule08GoldenBytesNeverChange) {
  expect_golden("golden_records_v4_endings.hex", &random_records::next_of_ending);
}

}  // namespace
}  // namespace theus::journal
