#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/support.hpp"

namespace theus::journal {
namespace {

using namespace test;
using ::testing::HasSubstr;

const run_id run = run_of("a");
constexpr epoch owner{1};

TEST(Unit, NumbersAndChainsItsRecords) {
  unit u = unit::make(run, owner, {}, start_of("a")).value();
  u.add(turn_of({}, {activity(1)})).value();
  EXPECT_EQ(u.expected(), first_sequence);
  const auto& entries = u.entries();
  EXPECT_EQ(entries[0].value.previous, hash256());
  EXPECT_EQ(entries[1].value.at, sequence{2});
  EXPECT_EQ(entries[1].value.previous, entries[0].hash);
  EXPECT_EQ(u.resulting_head(), (head{sequence{2}, entries[1].hash, at_ms(1'000)}));
}

TEST(Unit, Rule11TimeNeverGoesBackwards) {
  unit u = unit::make(run, owner, {}, turn_of({}, {}, at_ms(-9'000))).value();
  EXPECT_EQ(u.entries()[0].value.time, at_ms(-9'000)) << "a first record has nothing before it";
  u.add(turn_of({}, {}, at_ms(5'000))).value();
  u.add(turn_of({}, {}, at_ms(4'000))).value();
  EXPECT_EQ(u.entries()[2].value.raw_time, at_ms(4'000));
  EXPECT_EQ(u.entries()[2].value.time, at_ms(5'000));
}

TEST(Unit, TooManyRecordsInARunAreRefused) {
  limits small;
  small.records_per_run = 2;
  unit u = unit::make(run, owner, {}, turn_of({}, {}), small).value();
  ASSERT_TRUE(u.add(turn_of({}, {}), small));
  EXPECT_THAT(u.add(turn_of({}, {}), small).error().message, HasSubstr("records_per_run (2)"));
}

TEST(Unit, AdoptsRecordsByteForByte) {
  unit u = unit::make(run, owner, {}, start_of("a")).value();
  u.add(turn_of({}, {activity(1)})).value();
  const auto adopted =
      unit::adopt(run, owner, {}, {u.entries()[0].bytes, u.entries()[1].bytes}).value();
  EXPECT_EQ(adopted.resulting_head(), u.resulting_head());
  EXPECT_EQ(adopted.entries()[1].bytes, u.entries()[1].bytes);
}

TEST(Unit, AdoptsNoBrokenChain) {
  unit u = unit::make(run, owner, {}, start_of("a")).value();
  u.add(turn_of({}, {activity(1)})).value();
  u.add(turn_of({}, {activity(2)})).value();
  const auto& e = u.entries();
  EXPECT_EQ(unit::adopt(run, owner, {}, {e[0].bytes, e[2].bytes}).error().code, errc::corrupt);
  EXPECT_EQ(unit::adopt(run, owner, {}, {e[1].bytes}).error().code, errc::corrupt);
  EXPECT_EQ(unit::adopt(run, owner, {}, {e[0].bytes, "x"}).error().code, errc::unknown_version);
  EXPECT_EQ(unit::adopt(run, owner, {}, {}).error().code, errc::bad_input);
}

}  // namespace
}  // namespace theus::journal
