#include "theus/journal/ids.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "keys.hpp"

namespace theus::journal {
namespace {

TEST(RunId, PrintsAndParses) {
  const run_id id = run_id::make(0x01020304, 0xa1a2a3a4, 0xb1b2b3b4b5b6b7b8);
  EXPECT_EQ(id.to_string(), "01020304a1a2a3a4b1b2b3b4b5b6b7b8");
  EXPECT_EQ(run_id::parse(id.to_string()), id);
  EXPECT_EQ(id.shard_key(), 0x01020304u);
}

TEST(RunId, ParsesNothingElse) {
  EXPECT_EQ(run_id::parse(""), std::nullopt);
  EXPECT_EQ(run_id::parse("01020304A1A2A3A4B1B2B3B4B5B6B7B8"), std::nullopt);
  EXPECT_EQ(run_id::parse("01020304a1a2a3a4b1b2b3b4b5b6b7b"), std::nullopt);
  EXPECT_EQ(run_id::parse("01020304a1a2a3a4b1b2b3b4b5b6b7b8 "), std::nullopt);
  EXPECT_EQ(run_id::parse("01020304a1a2a3a4b1b2b3b4b5b6b7bg"), std::nullopt);
}

TEST(ShardKey, Rule27IsTheFirstFourBytesOfSha256ForEver) {
  EXPECT_EQ(shard_key_of(""), 0xe3b0c442u);
  EXPECT_EQ(shard_key_of("abc"), 0xba7816bfu);
}

TEST(CommandId, NamesItsScope) {
  EXPECT_EQ((command_id{"", 7}).to_string(), "7");
  EXPECT_EQ((command_id{"3/1", 7}).to_string(), "3/1:7");
}

// In order; every pair is compared both ways.
const std::vector<std::string> ordered_scopes{"",
                                              "/",
                                              "/a",
                                              "0",
                                              "00",
                                              "1",
                                              "1/1",
                                              "1/1/5",
                                              "1/2",
                                              "1/10",
                                              "1/a",
                                              "2",
                                              "02",
                                              "9",
                                              "10",
                                              "999999999999999999",
                                              "1000000000000000000",
                                              "a",
                                              "a/1",
                                              "a/b",
                                              "a1",
                                              "b",
                                              std::string("b\0", 2),
                                              std::string("b\0\xff", 3),
                                              "b\x01",
                                              "\xc3\xa9"};

TEST(CommandId, Rule10ScopesAreOrderedByComponentAndDecimalsByValue) {
  auto sorted = ordered_scopes;
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return compare_scopes(a, b) < 0; });
  for (std::size_t i = 0; i + 1 < sorted.size(); ++i) {
    EXPECT_TRUE(compare_scopes(sorted[i], sorted[i + 1]) < 0);
    EXPECT_TRUE(compare_scopes(sorted[i + 1], sorted[i]) > 0);
    EXPECT_TRUE(compare_scopes(sorted[i], sorted[i]) == 0);
  }
  EXPECT_TRUE(compare_scopes("2", "10") < 0);
  EXPECT_TRUE(compare_scopes("10", "a") < 0);
  EXPECT_TRUE(compare_scopes("1", "1/1") < 0);
  EXPECT_TRUE(compare_scopes("1/99", "2") < 0);
  EXPECT_TRUE(compare_scopes("", "0") < 0);
}

TEST(CommandId, OrdersByScopeThenNumber) {
  EXPECT_LT((command_id{"", 9}), (command_id{"1", 1}));
  EXPECT_LT((command_id{"1", 2}), (command_id{"1", 10}));
}

TEST(Keys, BytesOfCommandsAreOrderedAsCommandsAre) {
  for (const std::string& a : ordered_scopes) {
    for (const std::string& b : ordered_scopes) {
      for (const std::uint32_t number : {0u, 255u, 256u, 0xffffffffu}) {
        const command_id left{a, 256};
        const command_id right{b, number};
        std::string left_key;
        std::string right_key;
        keys::put_command(left_key, left);
        keys::put_command(right_key, right);
        EXPECT_EQ(left_key < right_key, left < right) << a << " " << b;
        EXPECT_EQ(left_key == right_key, left == right) << a << " " << b;
      }
    }
  }
}

TEST(Keys, CommandsAreReadBack) {
  for (const std::string& scope : ordered_scopes) {
    std::string key;
    keys::put_command(key, {scope, 77});
    keys::cursor c(key);
    EXPECT_EQ(c.command(), (command_id{scope, 77}));
    EXPECT_TRUE(c.at_end());
  }
}

TEST(Keys, TruncatedKeysAreMalformed) {
  const timer_row row{wall_time::min(), run_id::make(1, 2, 3), {"a/5", 6}, {}};
  const std::string key = keys::timer(row);
  EXPECT_EQ(keys::parse_timer(key), row);
  for (std::size_t size = 0; size < key.size(); ++size) {
    EXPECT_EQ(keys::parse_timer(key.substr(0, size)), std::nullopt);
  }
  EXPECT_EQ(keys::parse_timer(key + "x"), std::nullopt);
}

}  // namespace
}  // namespace theus::journal
