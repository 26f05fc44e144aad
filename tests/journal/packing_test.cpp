#include "packing.hpp"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace theus::journal {
namespace {

using bytes = std::vector<std::uint8_t>;

bytes packed(const bytes& words) {
  std::string out;
  pack(words, out);
  return {out.begin(), out.end()};
}

// The examples of Cap'n Proto's own page on packing.
TEST(Packing, FollowsTheSpecification) {
  EXPECT_EQ(packed({}), bytes());
  EXPECT_EQ(packed({0, 0, 0, 0, 0, 0, 0, 0}), (bytes{0, 0}));
  EXPECT_EQ(packed({0, 0, 12, 0, 0, 34, 0, 0}), (bytes{0x24, 12, 34}));
  EXPECT_EQ(packed({1, 3, 2, 4, 5, 7, 6, 8}), (bytes{0xff, 1, 3, 2, 4, 5, 7, 6, 8, 0}));
  EXPECT_EQ(packed({0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 2, 4, 5, 7, 6, 8}),
            (bytes{0, 0, 0xff, 1, 3, 2, 4, 5, 7, 6, 8, 0}));
  EXPECT_EQ(packed({1, 3, 2, 4, 5, 7, 6, 8, 8, 6, 7, 0, 5, 4, 2, 3}),
            (bytes{0xff, 1, 3, 2, 4, 5, 7, 6, 8, 1, 8, 6, 7, 0, 5, 4, 2, 3}));
  EXPECT_EQ(packed({8, 0, 100, 6, 0, 1, 1, 2}), (bytes{0xed, 8, 100, 6, 1, 1, 2}));
}

TEST(Packing, UnpacksWhatItPacked) {
  std::mt19937_64 draw(5);
  for (int i = 0; i < 3'000; ++i) {
    bytes words(8 * (draw() % 700));
    const unsigned zeros = unsigned(draw() % 9);
    for (auto& b : words) b = draw() % 8 < zeros ? 0 : std::uint8_t(draw());
    const bytes form = packed(words);
    ASSERT_EQ(unpacked_words(form), words.size() / 8);
    bytes back(words.size(), 0xcc);
    unpack(form, back);
    ASSERT_EQ(back, words);
  }
}

TEST(Packing, WhatIsCutShortHasNoSize) {
  for (const bytes& bad : {bytes{0}, bytes{1}, bytes{0xff, 1, 2, 3, 4, 5, 6, 7, 8},
                           bytes{0xff, 1, 2, 3, 4, 5, 6, 7, 8, 1, 0}, bytes{3, 1}}) {
    EXPECT_EQ(unpacked_words(bad), std::nullopt);
  }
}

}  // namespace
}  // namespace theus::journal
