#include <boost/describe/class.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <theus/codec.hpp>

// theus::blob as a payload and in a Context: one form everywhere, whatever is around it.
namespace theus {
namespace {

using ::testing::HasSubstr;

blob blob_of(std::uint8_t filled, std::uint64_t size) {
  blob b{{}, size};
  b.hash.bytes.fill(filled);
  return b;
}

struct upload {
  std::string name;
  blob content;
  std::optional<blob> preview;
  std::vector<blob> parts;
};
BOOST_DESCRIBE_STRUCT(upload, (), (name, content, preview, parts))

const blob one = blob_of(1, 5);
const std::string text = R"({"$blob":")" + one.id() + R"(","size":5})";

codec_errc refusal_of(const std::string& json) {
  try {
    (void)decode<blob>(json);
  } catch (const codec_error& e) {
    return e.kind();
  }
  return {};
}

TEST(CodecBlob, HasOneFormInPayloadsAndTrees) {
  EXPECT_EQ(encode(one), text);
  EXPECT_EQ(encode(value(one)), text);
  EXPECT_EQ(decode<blob>(text), one);
  EXPECT_EQ(decode<value>(text), value(one));
  EXPECT_EQ(decode<blob>(R"({"size":5,"$blob":")" + one.id() + "\"}"), one);
  EXPECT_EQ(decode<blob>(encode(blob())), blob());
  EXPECT_EQ(decode<blob>(encode(blob_of(2, blob::most_bytes))), blob_of(2, blob::most_bytes));
}

TEST(CodecBlob, InsideAStructIsABlobOfTheTree) {
  const upload given{"a", one, blob_of(2, 7), {blob_of(3, 1), blob()}};
  const value tree = to_value(given);
  EXPECT_EQ(tree.as_map().at("content"), value(one));
  EXPECT_EQ(tree.as_map().at("preview"), value(blob_of(2, 7)));
  EXPECT_TRUE(tree.as_map().at("parts").as_list()[1].is_blob());
  for (const upload& again : {from_value<upload>(tree), decode<upload>(encode(given))}) {
    EXPECT_EQ(again.content, one);
    EXPECT_EQ(again.preview, blob_of(2, 7));
    EXPECT_EQ(again.parts, given.parts);
  }
  EXPECT_EQ(encode(tree), R"({"content":)" + text + R"(,"name":"a","parts":[)" +
                              encode(blob_of(3, 1)) + "," + encode(blob()) + R"(],"preview":)" +
                              encode(blob_of(2, 7)) + "}");
}

TEST(CodecBlob, AMapThatLooksLikeOneStaysAMap) {
  const value map_of_two = map{{"$blob", one.id()}, {"size", 5}};
  EXPECT_THAT(encode(map_of_two), HasSubstr("$map"));
  EXPECT_EQ(decode<value>(encode(map_of_two)), map_of_two);
}

TEST(CodecBlob, WhatIsNoneIsRefused) {
  EXPECT_EQ(refusal_of("7"), codec_errc::wrong_type);
  EXPECT_EQ(refusal_of("{}"), codec_errc::missing);
  EXPECT_EQ(refusal_of(R"({"$blob":")" + one.id() + "\"}"), codec_errc::missing);
  EXPECT_EQ(refusal_of(R"({"$blob":"12","size":5})"), codec_errc::malformed_text);
  EXPECT_EQ(refusal_of(R"({"$blob":")" + one.id() + R"(","size":0})"), codec_errc::out_of_range);
  EXPECT_EQ(refusal_of(R"({"$blob":")" + one.id() + R"(","size":1099511627777})"),
            codec_errc::out_of_range);
  EXPECT_THROW((void)encode(blob_of(1, 0)), codec_error);
  EXPECT_THROW((void)to_value(upload{"a", blob_of(1, 0), {}, {}}), codec_error);
  EXPECT_THROW((void)from_value<blob>(value("text")), codec_error);
}

}  // namespace
}  // namespace theus
