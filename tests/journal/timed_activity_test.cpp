#include <gtest/gtest.h>

#include "journal/record_forms.hpp"

// Activities with timeouts besides start-to-close: format level 4 (rules 2 and 8).
namespace theus::journal {
namespace {

using namespace test;

record with(activity_timeouts timeouts) {
  schedule_activity call = activity(1);
  call.timeouts = timeouts;
  return first_of_run(turn_of({}, {call}));
}

TEST(TimedActivity, Rule02SurvivesARoundTripAndDamageIsRefused) {
  expect_round_trips(&random_records::next_timed, 4);
}

TEST(TimedActivity, Rule08EachTimeoutNeedsLevel4AndNoneDoesNot) {
  EXPECT_EQ(encode(with({})).value()[0], 1);
  EXPECT_EQ(encode(with({1, 0, {}, {}})).value()[0], 4);
  EXPECT_EQ(encode(with({0, 1, at_ms(5), {}})).value()[0], 4);
  EXPECT_EQ(encode(with({0, 0, {}, at_ms(5)})).value()[0], 4);
}

TEST(TimedActivity, HalfOfALimitToStartHasNoForm) {
  EXPECT_EQ(encode(with({0, 5, {}, {}})).error().code, errc::bad_input);
  EXPECT_EQ(encode(with({0, 0, at_ms(5), {}})).error().code, errc::bad_input);
}

// Written once, as golden_records_v1.hex and its like are.
TEST(TimedActivity, Rule08GoldenBytesNeverChange) {
  expect_golden("golden_records_v4_timeouts.hex", &random_records::next_timed);
}

}  // namespace
}  // namespace theus::journal
