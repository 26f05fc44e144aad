#include <gtest/gtest.h>

#include "journal/record_forms.hpp"

// Updates and what they come to: format level 4 (rule 8).
namespace theus::journal {
namespace {

using namespace test;

TEST(UpdateRecords, SurviveARoundTrip) { expect_round_trips(&random_records::next_of_update, 4); }

TEST(UpdateRecords, Rule08NeedLevel4AndNothingElseDoes) {
  EXPECT_EQ(level_of_form(turn_of({update_accepted{"u", "n", "[]"}}, {})), 4);
  EXPECT_EQ(level_of_form(intake_of({update_accepted{"u", "n", "[]"}})), 4);
  EXPECT_EQ(level_of_form(turn_of({}, {complete_update{"u", "1"}})), 4);
  EXPECT_EQ(level_of_form(turn_of({}, {complete_run{"1"}})), 1);
}

TEST(UpdateRecords, HaveAnId) {
  const auto made = encode(first_of_run(turn_of({update_accepted{"", "n", "[]"}}, {})));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::bad_input);
  EXPECT_EQ(made.error().message, "an update has no id");
}

// Written once, as golden_records_v1.hex and its like are.
TEST(UpdateRecords, Rule08GoldenBytesNeverChange) {
  expect_golden("golden_records_v4_updates.hex", &random_records::next_of_update);
}

}  // namespace
}  // namespace theus::journal
