#include <fstream>

#include <gtest/gtest.h>

#include "theus/journal/codec.hpp"

#include "journal/random_record.hpp"
#include "journal/support.hpp"

// Activities with timeouts besides start-to-close: format level 4 (rules 2 and 8).
namespace theus::journal {
namespace {

using namespace test;

std::span<const std::uint8_t> bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string hex(const std::string& text) {
  std::string out;
  for (const char c : text) {
    out.push_back("0123456789abcdef"[std::uint8_t(c) >> 4]);
    out.push_back("0123456789abcdef"[std::uint8_t(c) & 15]);
  }
  return out;
}

record with(activity_timeouts timeouts) {
  schedule_activity call = activity(1);
  call.timeouts = timeouts;
  record r = turn_of({}, {call});
  r.at = first_sequence;
  r.time = r.raw_time;
  return r;
}

TEST(TimedActivity, Rule02SurvivesARoundTripAndDamageIsRefused) {
  random_records records(4);
  for (int i = 0; i < 5'000; ++i) {
    const record r = records.next_timed();
    std::string form = encode(r).value();
    ASSERT_EQ(form[0], 4);
    const auto back = decode(bytes(form));
    ASSERT_TRUE(back) << i << ": " << back.error().message;
    ASSERT_EQ(*back, r) << i;
    ASSERT_EQ(encode(*back).value(), form) << i;
    for (int mutation = 0; mutation < 10; ++mutation) {
      form[records.below(form.size())] = char(records.draw());
      const auto mutated = decode(bytes(form));
      if (mutated) (void)encode(*mutated);
    }
  }
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
  std::ifstream golden(THEUS_SOURCE_DIR "/tests/histories/golden_records_v4_timeouts.hex");
  ASSERT_TRUE(golden);
  random_records records(2026, 4);
  std::string expected;
  int lines = 0;
  while (std::getline(golden, expected)) {
    ASSERT_EQ(hex(encode(records.next_timed()).value()), expected) << "record " << lines;
    ++lines;
  }
  EXPECT_EQ(lines, 64);
}

}  // namespace
}  // namespace theus::journal
