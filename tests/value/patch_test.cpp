#include "theus/value/patch.hpp"

#include <string>

#include <gtest/gtest.h>

#include "theus/value/edit.hpp"

#include "value/hex.hpp"
#include "value/model.hpp"

namespace theus::test {
namespace {

using namespace std::string_literals;

path at(std::string_view pointer) { return path::parse(pointer).value(); }

errc refusal_of(const std::string& bytes, const flat_limits& limits = {}) {
  const auto decoded = decode_patch(bytes, limits);
  EXPECT_FALSE(decoded) << hex(bytes);
  return decoded ? errc{} : decoded.error().code;
}

TEST(Patch, OfADifferenceAppliedToTheFirstGivesTheSecond) {
  random_source random(41);
  for (int i = 0; i < 400; ++i) {
    model m = random_model(random, 4);
    const value before = built(m, random);
    value after = before;
    for (std::size_t edits = below(random, 40); edits > 0; --edits)
      below(random, 2) == 0 ? change(after, m, random) : change_by_path(after, m, random);
    if (i % 7 == 0) after = built(random_model(random, 4), random);
    const value_patch patch = patch_of(diff(before, after));
    const std::string bytes = encode(patch);
    ASSERT_EQ(decode_patch(bytes).value(), patch);
    ASSERT_EQ(encode(decode_patch(bytes).value()), bytes);
    value applied = before;
    ASSERT_TRUE(apply(applied, decode_patch(bytes).value()));
    ASSERT_EQ(applied, after);
    ASSERT_EQ(applied.root(), after.root());
  }
}

TEST(Patch, HasEqualBytesForEqualPairsOfTrees) {
  random_source random(42);
  for (int i = 0; i < 100; ++i) {
    model m = random_model(random, 3);
    const value before = built(m, random), other_before = built(m, random);
    value after = before;
    for (int edits = 0; edits < 10; ++edits) change_by_path(after, m, random);
    if (i % 2 == 0) (void)before.root(), (void)after.root();
    const std::string bytes = encode(patch_of(diff(before, after)));
    ASSERT_EQ(encode(patch_of(diff(other_before, built(m, random)))), bytes);
  }
}

TEST(Patch, OfListsThatGrowAndShrinkInsideOthers) {
  const auto nested = [](int outer, int inner) {
    list l;
    for (int i = 0; i < outer; ++i) {
      list in;
      for (int j = 0; j < inner + i; ++j) in.push_back(map{{"n", j}});
      l.push_back(in);
    }
    return value(map{{"lists", l}});
  };
  const std::pair<int, int> shapes[] = {{0, 0}, {1, 0}, {1, 33}, {3, 31}, {40, 2}, {70, 30}};
  for (const auto& [a, b] : shapes) {
    for (const auto& [c, d] : shapes) {
      value tree = nested(a, b);
      const value_patch patch = patch_of(diff(tree, nested(c, d)));
      ASSERT_TRUE(apply(tree, decode_patch(encode(patch)).value()));
      ASSERT_EQ(tree, nested(c, d));
    }
  }
}

TEST(Patch, IsMadeWholeOrNotAtAll) {
  const value before = map{{"a", 1}, {"l", list::of(1, 2)}};
  const std::pair<value_patch, errc> refused[] = {
      {{{{at("/a"), 2}, {at("/gone"), std::nullopt}}}, errc::not_found},
      {{{{at("/a"), 2}, {at("/l/2"), std::nullopt}}}, errc::not_found},
      {{{{at("/a"), 2}, {path() / "l" / 3, 1}}}, errc::not_found},
      {{{{at("/a"), 2}, {path() / "l" / "key", 1}}}, errc::wrong_type},
      {{{{at("/a"), 2}, {at("/a/b"), 1}}}, errc::wrong_type},
      {{{{at("/a"), 2}, {path(), std::nullopt}}}, errc::bad_input},
  };
  for (const auto& [patch, code] : refused) {
    value tree = before;
    const auto done = apply(tree, patch);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, code) << done.error().message;
    EXPECT_NE(done.error().message.find("at \""), std::string::npos);
    EXPECT_EQ(tree, before);
  }
}

TEST(Patch, RefusesWhatEncodingWouldNotWrite) {
  const std::string wrong[] = {
      ""s,
      "\x19"s,
      "\x19\x00\x00"s,                   // something behind the end
      "\x19\x01\x02\x00\x00"s,           // no kind of change
      "\x19\x01\x00\x00\x00"s,           // the tree erased
      "\x19\x01\x01\x01\x03\x00\x00"s,   // no kind of step
      "\x19\x01\x01\x01\x02\x01x\x00"s,  // text that is no index
      "\x19\x01\x01\x01\x02\x02"
      "01\x00"s,
      "\x19\x01\x01\x01\x00\x01\xFF\x00"s,  // a key that is no UTF-8
      "\x19\x01\x01\x01\x01\x81\x00\x00"s,  // an index with a byte too many
      "\x19\x01\x01\x00\x0D"s,              // no kind of value
      "\x19\xFF\xFF\xFF\x0F"s,              // fewer changes than it says
      "\x18\x00"s,                          // a value
  };
  for (const std::string& bytes : wrong) EXPECT_EQ(refusal_of(bytes), errc::corrupt) << hex(bytes);
  EXPECT_EQ(refusal_of("\x29\x00"s), errc::unknown_version);
}

TEST(Patch, RefusesWhatExceedsALimit) {
  const auto steps = [](std::size_t count) {
    std::string bytes = "\x19\x01\x01" + std::string(1, static_cast<char>(count));
    for (std::size_t i = 0; i < count; ++i) bytes += "\x00\x01k"s;
    return bytes;
  };
  EXPECT_TRUE(decode_patch(steps(64) + "\x01"));
  EXPECT_EQ(refusal_of(steps(64) + "\x09"), errc::limit_exceeded);
  EXPECT_EQ(refusal_of(steps(65) + "\x01"), errc::limit_exceeded);
  EXPECT_EQ(refusal_of("\x19\x01\x01\x01\x01\x80\x80\x80\x80\x10\x00"s), errc::limit_exceeded);
  EXPECT_EQ(refusal_of("\x19\x02\x01\x00\x01\x01\x00\x01"s, {.values = 1}), errc::limit_exceeded);

  path deep;
  for (int i = 0; i < 64; ++i) deep /= "k";
  const auto refusal_to_encode = [](const value_patch& patch) {
    try {
      (void)encode(patch);
    } catch (const error_exception& e) {
      return e.code();
    }
    return errc{};
  };
  EXPECT_EQ(refusal_to_encode({{{deep, 1}}}), errc{});
  EXPECT_EQ(refusal_to_encode({{{deep, list()}}}), errc::limit_exceeded);
  EXPECT_EQ(refusal_to_encode({{{deep / "k", 1}}}), errc::limit_exceeded);
  EXPECT_EQ(refusal_to_encode({{{path() / 0x1'0000'0000, 1}}}), errc::limit_exceeded);
  EXPECT_EQ(refusal_to_encode({{{path() / std::string(1'025, 'k'), 1}}}), errc::limit_exceeded);
  EXPECT_EQ(refusal_to_encode({{{path() / "\xFF", 1}}}), errc::bad_input);
  EXPECT_EQ(refusal_to_encode({{{path(), std::nullopt}}}), errc::bad_input);
}

TEST(Patch, CutOrChangedAnywhereIsRefusedOrAnotherPatch) {
  random_source random(43);
  for (int i = 0; i < 60; ++i) {
    const value before = built(random_model(random, 2), random);
    const std::string bytes =
        encode(patch_of(diff(before, built(random_model(random, 2), random))));
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      ASSERT_FALSE(decode_patch(bytes.substr(0, at)));
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ (1 << below(random, 8)));
      if (const auto decoded = decode_patch(changed)) {
        ASSERT_EQ(encode(*decoded), changed);
      }
    }
  }
}

}  // namespace
}  // namespace theus::test
