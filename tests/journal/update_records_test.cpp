#include <fstream>

#include <gtest/gtest.h>

#include "theus/journal/codec.hpp"

#include "journal/random_record.hpp"
#include "journal/support.hpp"

// Updates and what they come to: format level 4 (rule 8).
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

std::string encoded(const record& r) { return encode(r).value(); }

std::string message_of(const result<record>& r) { return r ? "decoded" : r.error().message; }

TEST(UpdateRecords, SurviveARoundTrip) {
  random_records records(4);
  for (int i = 0; i < 5'000; ++i) {
    const record r = records.next_of_update();
    std::string form = encoded(r);
    ASSERT_EQ(form[0], 4);
    const auto back = decode(bytes(form));
    ASSERT_TRUE(back) << i << ": " << message_of(back);
    ASSERT_EQ(*back, r) << i;
    ASSERT_EQ(encoded(*back), form) << i;
    for (int mutation = 0; mutation < 10; ++mutation) {
      form[records.below(form.size())] = char(records.draw());
      const auto mutated = decode(bytes(form));
      if (mutated) (void)encode(*mutated);
    }
  }
}

TEST(UpdateRecords, Rule08NeedLevel4AndNothingElseDoes) {
  const auto level = [](record r) {
    r.at = first_sequence;
    r.time = r.raw_time;
    return int(encoded(r)[0]);
  };
  EXPECT_EQ(level(turn_of({update_accepted{"u", "n", "[]"}}, {})), 4);
  EXPECT_EQ(level(intake_of({update_accepted{"u", "n", "[]"}})), 4);
  EXPECT_EQ(level(turn_of({}, {complete_update{"u", "1"}})), 4);
  EXPECT_EQ(level(turn_of({}, {complete_run{"1"}})), 1);
}

TEST(UpdateRecords, HaveAnId) {
  record r = turn_of({update_accepted{"", "n", "[]"}}, {});
  r.at = first_sequence;
  r.time = r.raw_time;
  const auto made = encode(r);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::bad_input);
  EXPECT_EQ(made.error().message, "an update has no id");
}

// Written once, as golden_records_v1.hex and its like are.
TEST(UpdateRecords, Rule08GoldenBytesNeverChange) {
  std::ifstream golden(THEUS_SOURCE_DIR "/tests/histories/golden_records_v4_updates.hex");
  ASSERT_TRUE(golden);
  random_records records(2026, 4);
  std::string expected;
  int lines = 0;
  while (std::getline(golden, expected)) {
    ASSERT_EQ(hex(encoded(records.next_of_update())), expected) << "record " << lines;
    ++lines;
  }
  EXPECT_EQ(lines, 64);
}

}  // namespace
}  // namespace theus::journal
