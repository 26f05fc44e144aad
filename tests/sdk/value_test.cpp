#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <theus/codec.hpp>
#include <theus/value/json.hpp>

#include "codec_types.hpp"
#include "value/model.hpp"

// Described types as trees of values, and trees of values as payloads.
namespace theus::testing {
namespace {

template <class Act>
codec_error refused(const Act& act) {
  try {
    act();
  } catch (const codec_error& error) {
    return error;
  }
  ADD_FAILURE() << "not refused";
  return {codec_errc::syntax, "", ""};
}

template <class T>
void expect_refused(const value& v, codec_errc kind, std::string_view path) {
  const codec_error error = refused([&] { from_value<T>(v); });
  EXPECT_EQ(error.kind(), kind) << error.what();
  EXPECT_EQ(error.path(), path) << error.what();
}

struct line {
  std::string sku;
  std::int64_t qty = 1;
  friend bool operator==(const line&, const line&) = default;
};
BOOST_DESCRIBE_STRUCT(line, (), (sku, qty))

struct basket {
  std::vector<line> lines;
  double weight = 0.5;
  std::optional<std::string> note = "none given";
  value extra = "free";
  theus::bytes seal;
  friend bool operator==(const basket&, const basket&) = default;
};
BOOST_DESCRIBE_STRUCT(basket, (), (lines, weight, note, extra, seal))

TEST(ToValue, KeepsNumbersAndBytesWhatTheyAre) {
  basket b;
  b.lines = {{"x", INT64_MIN}, {"y", 2}};
  b.weight = 2.0;
  b.note.reset();
  b.extra = map{{"real", 1.0}, {"integer", 1}, {"bytes", std::as_bytes(std::span("ab", 2))}};
  b.seal = theus::bytes(std::string_view("\0\xff", 2));
  const value v = to_value(b);
  EXPECT_EQ(v, value(map{{"lines", list::of(map{{"sku", "x"}, {"qty", INT64_MIN}},
                                            map{{"sku", "y"}, {"qty", 2}})},
                         {"weight", 2.0},
                         {"note", nullptr},
                         {"extra", b.extra},
                         {"seal", std::as_bytes(std::span("\0\xff", 2))}}));
  EXPECT_EQ(from_value<basket>(v), b);
  EXPECT_EQ(from_value<value>(v), v);
}

TEST(ToValue, OfEveryRecordableTypeGivesItBack) {
  everything e;
  e.huge = static_cast<std::uint64_t>(INT64_MAX);
  EXPECT_EQ(from_value<everything>(to_value(e)), e);
  tree deep;
  deep.children.resize(2);
  deep.children[1].children.resize(3);
  EXPECT_EQ(from_value<tree>(to_value(deep)), deep);
  const std::unordered_set<color> colors{color::green, color::red};
  const std::map<int, std::tuple<>> empty{{-5, {}}, {7, {}}};
  EXPECT_EQ(from_value<std::unordered_set<color>>(to_value(colors)), colors);
  EXPECT_EQ((from_value<std::map<int, std::tuple<>>>(to_value(empty))), empty);
  EXPECT_EQ(from_value<std::vector<uuid>>(to_value(std::vector<uuid>(2))), std::vector<uuid>(2));
}

TEST(ToValue, OfEqualSetsWithoutOrderIsEqual) {
  std::unordered_set<std::string> some, same;
  struct hash {
    std::size_t operator()(const std::vector<int>& v) const { return v.size(); }
  };
  std::unordered_set<std::vector<int>, hash> lists, same_lists;
  for (int i = 0; i < 50; ++i) {
    some.insert(std::to_string(i));
    same.insert(std::to_string(49 - i));
    lists.insert({i, 1});
    same_lists.insert({49 - i, 1});
  }
  EXPECT_EQ(to_value(some).root(), to_value(same).root());
  EXPECT_EQ(to_value(lists).root(), to_value(same_lists).root());
  EXPECT_EQ((from_value<std::unordered_set<std::vector<int>, hash>>(to_value(lists))), lists);
}

TEST(ToValue, IsExactForEveryIntegerAndDouble) {
  std::mt19937_64 random(51);
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t bits = random() >> (random() % 64);
    const auto integer = static_cast<std::int64_t>(bits);
    ASSERT_EQ(from_value<std::int64_t>(to_value(integer)), integer);
    const auto real = std::bit_cast<double>(random());
    if (std::isnan(real)) continue;
    const auto back = from_value<double>(to_value(real));
    ASSERT_EQ(std::bit_cast<std::uint64_t>(back), std::bit_cast<std::uint64_t>(real));
    const auto small = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    if (std::isnan(small)) continue;
    ASSERT_EQ(from_value<float>(to_value(small)), small);
  }
  EXPECT_TRUE(std::isnan(from_value<double>(to_value(std::nan("")))));
  EXPECT_EQ(from_value<double>(to_value(-HUGE_VAL)), -HUGE_VAL);
  EXPECT_TRUE(std::signbit(from_value<double>(to_value(-0.0))));
  expect_refused<int>(to_value(std::nan("")), codec_errc::wrong_type, "");
}

TEST(Rule13, ValuesGiveMissingMembersTheirDefaultsAndIgnoreUnknownOnes) {
  const auto b = from_value<basket>(
      map{{"lines", list::of(map{{"sku", "a"}, {"colour", "red"}})}, {"x", list::of(map())}});
  EXPECT_EQ(b.lines, (std::vector<line>{{"a", 1}}));
  EXPECT_EQ(b.weight, 0.5);
  EXPECT_EQ(b.note, "none given");
  EXPECT_EQ(b.extra, value("free"));
  EXPECT_EQ(from_value<double>(3), 3.0);
}

TEST(FromValue, ErrorsNameThePath) {
  expect_refused<basket>(map{{"lines", list::of(map(), map{{"qty", "two"}})}},
                         codec_errc::wrong_type, "/lines/1/qty");
  expect_refused<basket>(map{{"seal", 1}}, codec_errc::wrong_type, "/seal");
  expect_refused<std::string>(std::as_bytes(std::span("ab", 2)), codec_errc::wrong_type, "");
  expect_refused<theus::bytes>("no base64", codec_errc::malformed_text, "");
  expect_refused<std::map<int, int>>(map{{"01", 1}}, codec_errc::malformed_text, "/01");
  expect_refused<std::int8_t>(128, codec_errc::out_of_range, "");
  expect_refused<int>(1.5, codec_errc::wrong_type, "");
  EXPECT_EQ(from_value<theus::bytes>("AP8="), theus::bytes(std::string_view("\0\xff", 2)));
}

TEST(FromValue, RefusesATreeThatUnfoldsBeyondItsLimit) {
  value v = list::of("x");
  for (int i = 0; i < 40; ++i) v = list::of(v, v, v, v);
  expect_refused<tree>(v, codec_errc::too_large, "");
  EXPECT_EQ(from_value<value>(v), v);
  EXPECT_EQ(refused([&] { encode(v); }).kind(), codec_errc::too_large);
  EXPECT_EQ(refused([] { from_value<std::string>("12345", {.max_bytes = 5}); }).kind(),
            codec_errc::too_large);
  EXPECT_EQ(from_value<std::string>("1234", {.max_bytes = 5}), "1234");
}

TEST(ToValue, ErrorsNameThePath) {
  const auto path_of = [](const auto& from, codec_errc kind) {
    const codec_error error = refused([&] { to_value(from); });
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.path();
  };
  basket b;
  b.lines = {{"x", 1}, {"\xff", 1}};
  EXPECT_EQ(path_of(b, codec_errc::invalid_utf8), "/lines/1/sku");
  everything e;
  EXPECT_EQ(path_of(e, codec_errc::out_of_range), "/huge");
  EXPECT_EQ(path_of(std::map<std::string, int>{{std::string(1'025, 'k'), 1}}, codec_errc::too_large)
                .size(),
            1'026u);
  tree deep;
  for (int i = 0; i < 40; ++i) {
    tree around;
    around.children.push_back(deep);
    deep = around;
  }
  EXPECT_EQ(refused([&] { to_value(deep); }).kind(), codec_errc::too_deep);
}

TEST(ValuePayload, IsRecordableInTheJsonFormOfTrees) {
  static_assert(recordable<value>);
  static_assert(recordable<std::vector<std::optional<value>>>);
  const value v = map{{"b", list::of(1, 1.0, -0.0, 0.1, 1e300, nullptr, true)},
                      {"a", std::as_bytes(std::span("\0\xff", 2))},
                      {"w", map{{"$bytes", map{{"$map", 1}}}}},
                      {"é", "\"text\""}};
  const std::string json = R"({"a":{"$bytes":"AP8="},"b":[1,1.0,-0.0,0.1,1e+300,null,true],)"
                           R"("w":{"$map":{"$bytes":{"$map":{"$map":1}}}},"é":"\"text\""})";
  EXPECT_EQ(encode(v), json);
  EXPECT_EQ(decode<value>(json), v);
  EXPECT_EQ(decode<basket>(encode(basket{{}, 1, {}, v, {}})).extra, v);
  EXPECT_EQ(std::get<1>(decode_arguments<int, value>(encode_arguments(1, v))), v);
}

TEST(ValuePayload, OfAnyTreeIsReadBackAndIsItsJson) {
  test::random_source random(52);
  for (int i = 0; i < 300; ++i) {
    const value v = test::built(test::random_model(random, 3), random);
    const std::string json = encode(v);
    ASSERT_EQ(decode<value>(json), v) << json;
    ASSERT_EQ(from_json(boost::json::parse(json)).value(), v);
    ASSERT_EQ(decode<value>(boost::json::serialize(to_json(v).value())).depth(), v.depth());
  }
}

TEST(ValuePayload, RefusesWhatIsNoTree) {
  const auto kind_of = [](std::string_view json) { return refused([&] { decode<value>(json); }); };
  EXPECT_EQ(kind_of(R"({"a":{"$bytes":"*"}})").kind(), codec_errc::malformed_text);
  EXPECT_EQ(kind_of(R"({"a":{"$bytes":"*"}})").path(), "/a/$bytes");
  EXPECT_EQ(kind_of(R"({"$bytes":1})").kind(), codec_errc::wrong_type);
  EXPECT_EQ(kind_of(R"({"$map":1})").kind(), codec_errc::wrong_type);
  EXPECT_EQ(kind_of("[9223372036854775808]").kind(), codec_errc::out_of_range);
  EXPECT_EQ(kind_of("[1e400]").kind(), codec_errc::out_of_range);
  EXPECT_EQ(kind_of("{\"" + std::string(1'025, 'k') + "\":1}").kind(), codec_errc::too_large);
  EXPECT_EQ(refused([] { encode(value(list::of(std::nan("")))); }).path(), "/0");
  EXPECT_EQ(decode<value>(R"({"$map":{"a":1}})"), value(map{{"a", 1}}));
}

}  // namespace
}  // namespace theus::testing
