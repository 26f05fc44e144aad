#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <theus/codec.hpp>
#include <theus/json_text.hpp>
#include <theus/runtime/random.hpp>

#include "codec_types.hpp"

namespace theus::testing {
namespace {

using namespace std::chrono_literals;

template <class T>
void expect_same(const T& value, const std::string& json) {
  EXPECT_EQ(encode(value), json);
  EXPECT_EQ(decode<T>(json), value);
  EXPECT_EQ(canonical_json(json), json);
}

TEST(Codec, EveryRecordableTypeHasOneForm) {
  expect_same(
      everything{},
      R"({"yes":true,"tiny":-128,"huge":18446744073709551615,"third":0.33333334,"tenth":0.1,)"
      R"("text":"\"\\/\b\f\n\r\t\u0001)"
      "\x7f é€😀"
      R"(","paint":"green","state":1,"none":null,"some":{"id":"o","cents":1},"bits":[true,false],)"
      R"("two":[1,2],"named":{"a":1,"b":2},"numbered":{"-1":"x","9":"z","10":"y"},)"
      R"("hashed":{"a":3,"z":1,"é":2},"ordered":[1,2,3],"bag":[-1,9,10],"both":[1,"p"],)"
      R"("three":[1,2.5,"t"],"either":{"index":2,"value":"s"},"wait":1500,)"
      R"("when":1700000000000000,"raw":"AP8Qeg==",)"
      R"("id":"00000000-0000-0000-0000-000000000000"})");
}

TEST(Codec, DecodedFromOtherDefaultsItIsStillTheSame) {
  everything changed;
  changed.yes = false;
  changed.some.reset();
  changed.none = 5;
  changed.bits.clear();
  changed.named.clear();
  changed.either = std::monostate();
  changed.wait = -1ms;
  changed.text.clear();
  EXPECT_EQ(decode<everything>(encode(changed)), changed);
}

TEST(Codec, BasesComeFirst) {
  dog rex;
  rex.name = "Rex";
  expect_same(rex, R"({"name":"Rex","age":3})");
}

TEST(Codec, StructsMayHoldThemselves) {
  tree root;
  root.children.resize(2);
  root.children[1].value = 5;
  root.children[1].children.resize(1);
  expect_same(root, R"({"value":0,"children":[{"value":0,"children":[]},)"
                    R"({"value":5,"children":[{"value":0,"children":[]}]}]})");
}

TEST(Codec, DescribedEnumsAreReadByNumberToo) {
  EXPECT_EQ(decode<color>("7"), color::green);
  EXPECT_THROW(decode<color>("1"), codec_error);
  EXPECT_THROW(decode<color>(R"("blue")"), codec_error);
  EXPECT_THROW(encode(static_cast<color>(3)), codec_error);
}

TEST(Codec, TimesAreMicroseconds) {
  using namespace std::chrono;
  expect_same(sys_days(2024y / February / 29), "1709164800000000");
  expect_same(sys_time<microseconds>(-1us), "-1");
  EXPECT_EQ(encode(sys_time<nanoseconds>(-1ns)), "-1");
  EXPECT_EQ(decode<sys_seconds>("-1"), sys_seconds(-1s));
  EXPECT_THROW(encode(sys_seconds(seconds::max())), codec_error);
  EXPECT_THROW(decode<sys_time<nanoseconds>>("9223372036854775807"), codec_error);
  expect_same(duration<double, std::ratio<60>>(1.5), "1.5");
}

TEST(Codec, BytesOfAnyLengthAreBase64) {
  expect_same(bytes(), R"("")");
  expect_same(bytes("f"), R"("Zg==")");
  expect_same(bytes("fo"), R"("Zm8=")");
  expect_same(bytes("foo"), R"("Zm9v")");
  for (const auto* bad :
       {R"("Zg=")", R"("Zg")", R"("Zh==")", R"("Z===")", R"("====")", R"("Zm9\n")", R"("Z=9v")"})
    EXPECT_THROW(decode<bytes>(bad), codec_error) << bad;
}

TEST(Codec, VoidIsNull) {
  EXPECT_EQ(void_payload, "null");
  decode<void>(void_payload);
  decode<void>(R"({"once":"a result"})");
  EXPECT_THROW(decode<void>("{"), codec_error);
}

TEST(Codec, EncodeToAppendsAndTakesBackOnError) {
  std::string out = "before,";
  encode_to(out, order{"a", 1});
  EXPECT_EQ(out, R"(before,{"id":"a","cents":1})");
  EXPECT_THROW(encode_to(out, std::vector<double>{1, std::nan("")}), codec_error);
  EXPECT_EQ(out, R"(before,{"id":"a","cents":1})");
}

TEST(Codec, ArgumentsAreAnArray) {
  EXPECT_EQ(encode_arguments(), "[]");
  EXPECT_EQ(encode_arguments(order{"a", 1}, 2, std::string("x")),
            R"([{"id":"a","cents":1},2,"x"])");
  const auto [what, count] = decode_arguments<order, int>(R"([{"id":"a","cents":1},2])");
  EXPECT_EQ(what, (order{"a", 1}));
  EXPECT_EQ(count, 2);
  EXPECT_EQ(decode_arguments<>("[]"), std::tuple<>());
}

TEST(Rule12, EveryFiniteDoubleComesBackBitForBit) {
  random_stream random({1, 2}, "doubles");
  for (int i = 0; i < 100'000;) {
    const auto value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    ++i;
    const auto json = encode(value);
    ASSERT_EQ(std::bit_cast<std::uint64_t>(decode<double>(json)),
              std::bit_cast<std::uint64_t>(value))
        << json;
    ASSERT_EQ(canonical_json(json), json);
  }
}

TEST(Rule12, EveryFiniteFloatComesBackBitForBit) {
  random_stream random({1, 2}, "floats");
  for (int i = 0; i < 100'000;) {
    const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
    if (!std::isfinite(value)) continue;
    ++i;
    ASSERT_EQ(std::bit_cast<std::uint32_t>(decode<float>(encode(value))),
              std::bit_cast<std::uint32_t>(value))
        << encode(value);
  }
}

TEST(Rule12, SpecialDoublesComeBackBitForBit) {
  using limits = std::numeric_limits<double>;
  for (const double value : {0.0, -0.0, limits::denorm_min(), -limits::denorm_min(), limits::min(),
                             limits::max(), limits::lowest(), limits::epsilon(), 1e22, 1e23,
                             9007199254740993.0, 0x1p63, 0x1p64, 5e-324})
    EXPECT_EQ(std::bit_cast<std::uint64_t>(decode<double>(encode(value))),
              std::bit_cast<std::uint64_t>(value))
        << encode(value);
  EXPECT_EQ(encode(-0.0), "-0");
  EXPECT_EQ(encode(100.0), "100");
  EXPECT_EQ(encode(1e300), "1e+300");
}

TEST(Rule12, NonFiniteNumbersAreRefused) {
  using limits = std::numeric_limits<double>;
  for (const double value : {limits::infinity(), -limits::infinity(), limits::quiet_NaN()}) {
    EXPECT_THROW(encode(value), codec_error);
    EXPECT_THROW(encode(static_cast<float>(value)), codec_error);
  }
  for (const auto* text : {"1e400", "-1e400", "1e99999999999999999999", "1e-400"})
    EXPECT_THROW(decode<double>(text), codec_error) << text;
  EXPECT_THROW(decode<float>("1e39"), codec_error);
}

TEST(Rule12, UnorderedContainersAreEncodedSorted) {
  std::unordered_map<std::string, int> up;
  std::unordered_map<std::string, int> down;
  down.reserve(5000);
  std::unordered_set<std::string> words;
  std::map<std::string, int> sorted;
  for (int i = 0; i < 300; ++i) {
    up[std::to_string(i)] = i;
    down[std::to_string(299 - i)] = 299 - i;
    sorted[std::to_string(i)] = i;
    words.insert(std::to_string(i));
  }
  EXPECT_EQ(encode(up), encode(sorted));
  EXPECT_EQ(encode(down), encode(sorted));
  const std::set<std::string> sorted_words(words.begin(), words.end());
  EXPECT_EQ(encode(words), encode(sorted_words));
  EXPECT_EQ(decode<std::unordered_set<std::string>>(encode(words)), words);
}

struct half_hash {
  std::size_t operator()(const std::vector<std::string>& v) const { return v.size(); }
};

TEST(Rule12, UnorderedSetsOfAnythingAreSortedByTheirText) {
  using set = std::unordered_set<std::vector<std::string>, half_hash>;
  const set one = {{"b"}, {"a", "c"}, {}, {"a"}};
  const set other = {{"a"}, {}, {"a", "c"}, {"b"}};
  EXPECT_EQ(encode(std::pair(1, one)), R"([1,[["a","c"],["a"],["b"],[]]])");
  EXPECT_EQ(encode(one), encode(other));
  EXPECT_EQ(decode<set>(encode(one)), one);
  EXPECT_EQ(encode(set{}), "[]");
}

TEST(Rule12, EncodingADecodedPayloadChangesNothing) {
  const auto json = encode(everything{});
  EXPECT_EQ(encode(decode<everything>(json)), json);
}

}  // namespace
}  // namespace theus::testing
