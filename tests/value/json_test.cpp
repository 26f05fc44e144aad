#include "theus/value/json.hpp"

#include <limits>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "value/model.hpp"

namespace theus::test {
namespace {

value bytes_of(std::string_view content) { return std::as_bytes(std::span(content)); }

TEST(Json, LosesNothing) {
  random_source random(8);
  for (int i = 0; i < 300; ++i) {
    const value v = built(random_model(random, 3), random);
    const auto json = to_json(v);
    ASSERT_TRUE(json);
    const auto again = from_json(*json);
    ASSERT_TRUE(again) << again.error().message;
    ASSERT_EQ(*again, v);
    ASSERT_EQ(again->root(), v.root());
  }
}

TEST(Json, KeepsIntegersBytesAndDoublesApart) {
  const value v =
      list::of(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
               1.0, 1, -0.0, bytes_of(std::string_view("\x00\xFF", 2)), "AP8=");
  const auto json = to_json(v).value();
  EXPECT_EQ(json.as_array()[5].as_object().at("$bytes").as_string(), "AP8=");
  EXPECT_EQ(from_json(json).value(), v);
}

TEST(Json, MapsThatLookLikeOtherFormsSurvive) {
  for (const value& v :
       {value(map{{"$bytes", "AA=="}}), value(map{{"$map", 1}}), value(map{{"$map", map()}}),
        value(map{{"$map", map{{"$bytes", bytes_of("x")}}}}),
        value(map{{"$bytes", 1}, {"more", 2}})})
    EXPECT_EQ(from_json(to_json(v).value()).value(), v)
        << boost::json::serialize(to_json(v).value());
}

TEST(Json, EntriesAreSortedByKey) {
  map m;
  for (const char* key : {"b", "c", "a", "B"}) m.put(key, 1);
  EXPECT_EQ(boost::json::serialize(to_json(m).value()), R"({"B":1,"a":1,"b":1,"c":1})");
}

TEST(Json, RefusalsNameThePath) {
  const auto refusal = [](const char* text) { return from_json(boost::json::parse(text)).error(); };
  EXPECT_EQ(refusal(R"({"a":[0,{"$bytes":"A"}]})").code, errc::bad_input);
  EXPECT_NE(refusal(R"({"a":[0,{"$bytes":"A"}]})").message.find("\"/a/1\""), std::string::npos);
  EXPECT_EQ(refusal(R"([{"$map":1}])").code, errc::bad_input);
  EXPECT_EQ(refusal("[18446744073709551615]").code, errc::limit_exceeded);
  const auto infinite =
      to_json(map{{"x", list::of(std::numeric_limits<double>::infinity())}}).error();
  EXPECT_EQ(infinite.code, errc::bad_input);
  EXPECT_NE(infinite.message.find("\"/x/0\""), std::string::npos);
}

TEST(Json, RefusesTheSixtyFifthLevel) {
  boost::json::value nested = 1;
  for (int i = 0; i < 64; ++i) nested = boost::json::array{nested};
  EXPECT_TRUE(from_json(nested));
  boost::json::array deeper;
  deeper.push_back(std::move(nested));
  EXPECT_EQ(from_json(deeper).error().code, errc::limit_exceeded);
}

}  // namespace
}  // namespace theus::test
