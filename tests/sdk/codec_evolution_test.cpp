#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <theus/codec.hpp>

#include "codec_types.hpp"

namespace theus::testing {
namespace {

struct address {
  std::string city = "Bern";
  std::string country = "CH";
};
BOOST_DESCRIBE_STRUCT(address, (), (city, country))

struct customer {
  std::string name = "nobody";
  int level = 3;
  std::optional<std::string> phone = "none given";
  address home;
  std::vector<address> others = {address{}};
};
BOOST_DESCRIBE_STRUCT(customer, (), (name, level, phone, home, others))

template <class T>
codec_error refused(std::string_view json) {
  try {
    decode<T>(json);
  } catch (const codec_error& error) {
    return error;
  }
  ADD_FAILURE() << "accepted " << json;
  return {codec_errc::syntax, "", ""};
}

template <class T>
void expect_refused(std::string_view json, codec_errc kind, std::string_view path) {
  const auto error = refused<T>(json);
  EXPECT_EQ(error.kind(), kind) << json << ": " << error.what();
  EXPECT_EQ(error.path(), path) << json << ": " << error.what();
}

TEST(Rule13, MissingFieldsGetTheirMemberDefaults) {
  const auto c = decode<customer>(R"({"name":"Ada","home":{"city":"Paris"}})");
  EXPECT_EQ(c.name, "Ada");
  EXPECT_EQ(c.level, 3);
  EXPECT_EQ(c.phone, "none given");
  EXPECT_EQ(c.home.city, "Paris");
  EXPECT_EQ(c.home.country, "CH");
  EXPECT_EQ(c.others.size(), 1U);
}

TEST(Rule13, NullIsAnEmptyOptionalAndNothingElse) {
  EXPECT_EQ(decode<customer>(R"({"phone":null})").phone, std::nullopt);
  expect_refused<customer>(R"({"level":null})", codec_errc::wrong_type, "/level");
  expect_refused<customer>(R"({"home":null})", codec_errc::wrong_type, "/home");
  expect_refused<customer>(R"({"others":null})", codec_errc::wrong_type, "/others");
}

TEST(Rule13, UnknownFieldsAreIgnoredWhateverTheyHold) {
  const auto c = decode<customer>(
      R"({"x":{"name":[1,{"level":2}]},"level":5,"huge":1e400,"y":[[]],"name":"Ada","z":"}"})");
  EXPECT_EQ(c.name, "Ada");
  EXPECT_EQ(c.level, 5);
}

TEST(Rule13, FieldsMayComeInAnyOrder) {
  EXPECT_EQ(decode<order>(R"({"cents":1,"id":"a"})"), (order{"a", 1}));
}

TEST(Rule13, ReadValuesReplaceDefaultsInsteadOfAddingToThem) {
  EXPECT_TRUE(decode<customer>(R"({"others":[]})").others.empty());
}

TEST(Rule13, AnAddedFieldReencodesAsTheAttemptOfTheNewBinary) {
  const auto recorded = R"({"id":"a"})";
  EXPECT_EQ(encode(decode<order>(recorded)), encode(order{"a", 0}));
}

TEST(Rule13, IntegersWidenToDoublesButNotBack) {
  EXPECT_EQ(decode<double>("42"), 42.0);
  EXPECT_EQ(decode<double>("18446744073709551616"), 0x1p64);
  expect_refused<int>("42.0", codec_errc::wrong_type, "");
  expect_refused<int>("1e2", codec_errc::wrong_type, "");
  EXPECT_EQ(decode<int>("-0"), 0);
  EXPECT_EQ(decode<unsigned>("-0"), 0U);
}

TEST(Rule13, IntegersOutOfRangeNameTheirPath) {
  EXPECT_EQ(decode<std::int8_t>("-128"), -128);
  expect_refused<std::int8_t>("-129", codec_errc::out_of_range, "");
  expect_refused<std::int8_t>("128", codec_errc::out_of_range, "");
  expect_refused<std::uint8_t>("256", codec_errc::out_of_range, "");
  expect_refused<std::uint8_t>("-1", codec_errc::out_of_range, "");
  expect_refused<std::int64_t>("9223372036854775808", codec_errc::out_of_range, "");
  expect_refused<std::uint64_t>("18446744073709551616", codec_errc::out_of_range, "");
  EXPECT_EQ(decode<std::int64_t>("-9223372036854775808"), INT64_MIN);
  expect_refused<customer>(R"({"level":2147483648})", codec_errc::out_of_range, "/level");
}

TEST(Rule13, ArgumentsMayBeAddedAtTheEndAsOptionalsAndRemovedFromIt) {
  const auto added = decode_arguments<int, std::optional<int>>("[1]");
  EXPECT_EQ(added, std::tuple(1, std::nullopt));
  const auto removed = decode_arguments<int>(R"([1,"gone",{}])");
  EXPECT_EQ(removed, std::tuple(1));
  try {
    decode_arguments<int, int>("[1]");
    FAIL();
  } catch (const codec_error& error) {
    EXPECT_EQ(error.kind(), codec_errc::missing);
  }
  EXPECT_THROW(decode_arguments<int>("{}"), codec_error);
}

TEST(Codec, WrongTypesNameTheirPath) {
  using people = std::map<std::string, std::vector<customer>>;
  const auto error = refused<people>(R"({"a":[],"b/~":[{},{"home":{"city":5}}]})");
  EXPECT_EQ(error.kind(), codec_errc::wrong_type);
  EXPECT_EQ(error.path(), "/b~1~0/1/home/city");
  EXPECT_STREQ(error.what(), "payload at /b~1~0/1/home/city: expected a string, found a number");
  expect_refused<bool>("1", codec_errc::wrong_type, "");
  expect_refused<std::string>("null", codec_errc::wrong_type, "");
  expect_refused<order>("[]", codec_errc::wrong_type, "");
  expect_refused<std::vector<int>>(R"([1,[]])", codec_errc::wrong_type, "/1");
  expect_refused<std::monostate>("0", codec_errc::wrong_type, "");
  expect_refused<uuid>(R"("x")", codec_errc::malformed_text, "");
}

TEST(Codec, ContainersRefuseWhatTheyCannotHold) {
  using map = std::map<int, int>;
  expect_refused<map>(R"({"01":1})", codec_errc::malformed_text, "/01");
  expect_refused<map>(R"({"x":1})", codec_errc::malformed_text, "/x");
  expect_refused<map>(R"({"2147483648":1})", codec_errc::out_of_range, "/2147483648");
  expect_refused<std::set<int>>("[1,2,1]", codec_errc::duplicate_key, "/2");
  expect_refused<std::array<int, 2>>("[1]", codec_errc::out_of_range, "");
  expect_refused<std::array<int, 2>>("[1,2,3]", codec_errc::out_of_range, "");
  using either = std::variant<int, std::string>;
  expect_refused<either>(R"({"index":2,"value":1})", codec_errc::out_of_range, "/index");
  expect_refused<either>(R"({"index":1,"value":1})", codec_errc::wrong_type, "/value");
  expect_refused<either>(R"({"value":1})", codec_errc::missing, "");
  expect_refused<either>(R"({"index":0})", codec_errc::missing, "");
}

TEST(Codec, EncodingErrorsNameTheirPath) {
  const auto path_of = [](const auto& value) {
    try {
      encode(value);
    } catch (const codec_error& error) {
      return error.path();
    }
    return std::string("accepted");
  };
  const std::string bad = "\xff";
  EXPECT_EQ(path_of(bad), "");
  EXPECT_EQ(path_of(std::vector<std::string>{bad}), "/0");
  EXPECT_EQ(path_of(std::vector<std::string>{"[,{\"", bad}), "/1");
  EXPECT_EQ(path_of(std::map<std::string, std::vector<order>>{
                {"a", {}}, {"b\n/", {order{"x", 1}, order{bad, 2}}}}),
            "/b\n~1/1/id");
  EXPECT_EQ(path_of(std::map<std::string, int>{{"a", 1}, {bad, 2}}), "");
  EXPECT_EQ(path_of(std::tuple<int, std::vector<int>, double>(
                1, {2, 3}, std::numeric_limits<double>::infinity())),
            "/2");
}

}  // namespace
}  // namespace theus::testing
