#include <string>

#include <gtest/gtest.h>

#include <theus/codec.hpp>
#include <theus/json_text.hpp>
#include <theus/runtime/random.hpp>

#include "codec_types.hpp"

namespace theus::testing {
namespace {

codec_error refused(std::string_view json, const codec_limits& limits = {}) {
  try {
    canonical_json(json, limits);
  } catch (const codec_error& error) {
    return error;
  }
  ADD_FAILURE() << "accepted " << json.substr(0, 100);
  return {codec_errc::missing, "", ""};
}

TEST(CodecHostile, TextThatIsNotJsonIsRefused) {
  for (const auto* text :
       {"",       " ",         "{",       "[1,]",    "{\"a\":}",  "nul", "01",       "+1",
        "1.",     ".5",        "1 2",     "[1]]",    "'a'",       "NaN", "Infinity", "\"a",
        "\"\t\"", "{\"a\" 1}", "[/**/1]", "\"\\x\"", "\"\\u12\"", "-",   "0x1"})
    EXPECT_EQ(refused(text).kind(), codec_errc::syntax) << text;
}

TEST(CodecHostile, SyntaxErrorsNameLineAndOffset) {
  const auto error = refused("{\n  \"a\": 1,\n  b\n}");
  EXPECT_EQ(error.line(), 3U);
  EXPECT_EQ(error.offset(), 14U);
  EXPECT_EQ(refused("1 x").offset(), 2U);
}

TEST(CodecHostile, BadUtf8IsRefused) {
  for (const auto* text : {"\"\x80\"", "\"\xc0\x80\"", "\"\xe0\x80\x80\"", "\"\xed\xa0\x80\"",
                           "\"\xf0\x80\x80\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xf5\x80\x80\x80\"",
                           "\"\xff\"", "\"abc\xe2\x82\"", "{\"\xff\":1}", "\xef\xbb\xbf{}\xff"})
    EXPECT_NE(refused(text).kind(), codec_errc::missing) << text;
  EXPECT_EQ(refused("[\"ok\",\"\xe2\x82\"]").kind(), codec_errc::invalid_utf8);
  EXPECT_EQ(refused("[\"ok\",\"\xe2\x82\"]").offset(), 7U);
  for (const std::string text : {"\x80", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
                                 "a\xf0\x9f\x98", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80"})
    EXPECT_THROW(encode(text), codec_error);
}

TEST(CodecHostile, EveryCodePointSurvives) {
  for (char32_t c = 0; c <= 0x10FFFF; c += c < 0x1000 ? 1 : 37) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text = "<";
    const auto tail = [&](int shift) { text += static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
    if (c < 0x80) {
      text += static_cast<char>(c);
    } else if (c < 0x800) {
      text += static_cast<char>(0xC0 | (c >> 6));
      tail(0);
    } else if (c < 0x10000) {
      text += static_cast<char>(0xE0 | (c >> 12));
      tail(6), tail(0);
    } else {
      text += static_cast<char>(0xF0 | (c >> 18));
      tail(12), tail(6), tail(0);
    }
    ASSERT_EQ(decode<std::string>(encode(text)), text) << static_cast<unsigned>(c);
  }
}

TEST(CodecHostile, LoneSurrogatesAreRefusedAndPairsRead) {
  for (const auto* text :
       {R"("\ud800")", R"("\udc00")", R"("\ud800x")", R"("\ud800\u0041")", R"("\ud83d\ud83d")"})
    EXPECT_EQ(refused(text).kind(), codec_errc::syntax) << text;
  EXPECT_EQ(canonical_json(R"("\ud83d\ude00\u00e9\u0000")"), "\"😀é\\u0000\"");
}

TEST(CodecHostile, LongEscapedStringsAreReadWhole) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "line\n\"" + std::to_string(i) + "\" é";
  EXPECT_EQ(decode<std::string>(encode(text)), text);
  const std::vector<std::string> many(50, text);
  EXPECT_EQ(decode<std::vector<std::string>>(encode(many, {.max_bytes = 1 << 26}),
                                             {.max_bytes = 1 << 26}),
            many);
}

TEST(CodecHostile, DuplicateKeysAreRefused) {
  EXPECT_EQ(refused(R"({"a":1,"a":2})").kind(), codec_errc::duplicate_key);
  EXPECT_EQ(refused(R"({"a":1,"\u0061":2})").kind(), codec_errc::duplicate_key);
  EXPECT_EQ(refused(R"([0,{"b":{"x":1,"y":{},"x":[]}}])").path(), "/1/b");
  std::string many = "{";
  for (int i = 0; i < 100'000; ++i) many += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_EQ(refused(many + "\"k5\":0}").kind(), codec_errc::duplicate_key);
  EXPECT_EQ(canonical_json(many + "\"k\":0}").size(), many.size() + 6);
}

TEST(CodecHostile, DepthIsLimitedOnBothWays) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(canonical_json(nested(64)), nested(64));
  EXPECT_EQ(refused(nested(65)).kind(), codec_errc::too_deep);
  EXPECT_NE(std::string(refused(nested(65)).what()).find("more than 64 levels"), std::string::npos);
  tree deep;
  tree* at = &deep;
  for (int i = 0; i < 31; ++i) at = &at->children.emplace_back();
  EXPECT_EQ(decode<tree>(encode(deep)), deep);  // 32 objects, 32 arrays
  at->children.emplace_back();
  try {
    encode(deep);
    FAIL();
  } catch (const codec_error& error) {
    EXPECT_EQ(error.kind(), codec_errc::too_deep);
    EXPECT_TRUE(error.path().starts_with("/children/0/children/0"));
  }
}

TEST(CodecHostile, SizeIsLimitedOnBothWays) {
  const codec_limits small{.max_bytes = 10};
  EXPECT_EQ(encode(std::string(8, 'x'), small).size(), 10U);
  EXPECT_THROW(encode(std::string(9, 'x'), small), codec_error);
  EXPECT_EQ(refused("           1", small).kind(), codec_errc::too_large);
  EXPECT_THROW(encode(std::string(3 << 20, 'x')), codec_error);
}

TEST(CodecHostile, TenMegabytesOfBracketsAreRefused) {
  const std::string brackets(10'000'000, '[');
  EXPECT_EQ(refused(brackets).kind(), codec_errc::too_large);
  EXPECT_EQ(refused(brackets, {.max_bytes = 1 << 26}).kind(), codec_errc::too_deep);
}

TEST(CodecHostile, NumbersBeyondDoublesAreRefused) {
  for (const auto* text : {"1e400", "-1e400", "1e-400", "1e99999999999999999999"})
    EXPECT_EQ(refused(text).kind(), codec_errc::out_of_range) << text;
  EXPECT_EQ(refused("[0," + std::string(400, '9') + "]").path(), "/1");
  EXPECT_EQ(canonical_json("[1.0,0.10,1E2,-0,-0.0,18446744073709551615,123456789012345678901]"),
            "[1,0.1,100,-0,-0,18446744073709551615,123456789012345683968]");
}

TEST(CodecHostile, RandomlyDamagedPayloadsAreReadOrRefused) {
  const auto json = encode(everything{});
  random_stream random({7, 7}, "damage");
  int refusals = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string damaged = json;
    for (int hits = random.uniform(1, 3); hits > 0; --hits) {
      const auto at = random.uniform<std::size_t>(0, damaged.size() - 1);
      if (random.bernoulli(0.5))
        damaged[at] = static_cast<char>(random.uniform(0, 255));
      else
        damaged.erase(at, random.uniform<std::size_t>(1, 20));
      if (damaged.empty()) break;
    }
    try {
      const auto value = decode<everything>(damaged);
      ASSERT_EQ(decode<everything>(encode(value)), value) << damaged;
    } catch (const codec_error&) {
      ++refusals;
    }
  }
  EXPECT_GT(refusals, 25'000);
  EXPECT_LT(refusals, 50'000);
}

TEST(JsonText, PrettyIsForPeopleAndMeansTheSame) {
  const auto json = R"({"a":[1,{"b":"x\",{"}],"c":{},"d":[],"e":null})";
  EXPECT_EQ(pretty_json(json),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x\\\",{\"\n    }\n  ],\n"
            "  \"c\": {},\n  \"d\": [],\n  \"e\": null\n}");
  EXPECT_EQ(canonical_json(pretty_json(json)), json);
  EXPECT_EQ(pretty_json("1"), "1");
}

}  // namespace
}  // namespace theus::testing
