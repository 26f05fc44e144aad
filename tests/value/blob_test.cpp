#include "theus/value/blob.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "theus/value/blob_nodes.hpp"
#include "theus/value/diff.hpp"
#include "theus/value/edit.hpp"
#include "theus/value/flat.hpp"
#include "theus/value/json.hpp"
#include "theus/value/patch.hpp"

#include "value/hex.hpp"
#include "value/memory_nodes.hpp"

namespace theus::test {
namespace {

using namespace std::string_literals;

blob blob_of(std::uint8_t filled, std::uint64_t size) {
  blob b{{}, size};
  b.hash.bytes.fill(filled);
  return b;
}

std::string reference(const journal::hash256& hash) {
  return std::string(hash.bytes.begin(), hash.bytes.end());
}

const value report = map{{"pages", blob_of(1, 5)}, {"name", "report"}};

TEST(Blob, IsAValueThatIsEqualToItsLikeOnly) {
  const value v = blob_of(1, 5);
  EXPECT_EQ(v.kind(), value_kind::blob);
  EXPECT_EQ(v.as_blob(), blob_of(1, 5));
  EXPECT_EQ(v, value(blob_of(1, 5)));
  EXPECT_NE(v, value(blob_of(1, 6)));
  EXPECT_NE(v, value(blob_of(2, 5)));
  EXPECT_NE(v, value("text that is longer than fourteen bytes"));
  EXPECT_EQ(v.depth(), 0u);
  EXPECT_THROW((void)v.as_bytes(), error_exception);
  EXPECT_THROW((void)value(1).as_blob(), error_exception);
  value copy = v, moved = std::move(copy);
  moved = value(1);
  EXPECT_EQ(v.as_blob().size, 5u);
  EXPECT_TRUE(value(blob()).as_blob().empty());
}

// By another implementation, in another language, from docs/context-tree.md.
TEST(Blob, GoldenRootsNeverChange) {
  EXPECT_EQ(hex(value(blob_of(0x11, 5)).root()),
            "cf16593f24dd75c00dfbf249294c8d371d313a9099d3d3f1b5e237d4b56d8f40");
  EXPECT_EQ(hex(value(blob_of(0x11, blob::most_bytes)).root()),
            "a4c76073a4afab265bbcfcdc7926f04be0e940d94dff289ad109f7c72c553c1d");
  EXPECT_EQ(hex(value(blob()).root()),
            "de87de020d8fdedf5569233ed809eb8c0cf26ddc948c99d08bfdbaa0d2906f71");
}

TEST(Blob, OneThatCannotBeIsRefused) {
  EXPECT_EQ(fault_of(blob_of(1, blob::most_bytes)), nullptr);
  EXPECT_NE(fault_of(blob_of(1, blob::most_bytes + 1)), nullptr);
  EXPECT_NE(fault_of(blob_of(1, 0)), nullptr);
  EXPECT_NE(fault_of(blob_of(0, 1)), nullptr);
  for (const blob& b : {blob_of(1, blob::most_bytes + 1), blob_of(1, 0), blob_of(0, 1)})
    EXPECT_THROW((void)value(b), error_exception);
}

TEST(Blob, AnIdIsSixtyFourLowerCaseHexDigits) {
  const std::string id = blob_of(0xA1, 1).id();
  EXPECT_EQ(parse_blob_id(id), blob_of(0xA1, 1).hash);
  EXPECT_FALSE(parse_blob_id(id.substr(1)));
  EXPECT_FALSE(parse_blob_id(id + "0"));
  EXPECT_FALSE(parse_blob_id("A" + id.substr(1)));
  EXPECT_FALSE(parse_blob_id(" " + id.substr(1)));
}

TEST(Blob, SurvivesFlatFormPatchAndJson) {
  const value v = list::of(report, blob(), blob_of(9, blob::most_bytes));
  EXPECT_EQ(decode_flat(encode_flat(v)).value(), v);
  EXPECT_EQ(from_json(to_json(v).value()).value(), v);
  EXPECT_EQ(boost::json::serialize(to_json(report).value()),
            R"({"name":"report","pages":{"$blob":")" + blob_of(1, 5).id() + R"(","size":5}})");
  value changed = report;
  put(changed, path() / "pages", blob_of(2, 7)).value();
  const value_diff found = diff(report, changed);
  ASSERT_EQ(found.changes.size(), 1u);
  EXPECT_EQ(found.changes[0].after, value(blob_of(2, 7)));
  value again = report;
  ASSERT_TRUE(apply(again, decode_patch(encode(patch_of(found))).value()));
  EXPECT_EQ(again, changed);
  EXPECT_EQ(merge(report, changed, report).merged, changed);
}

TEST(Blob, AMapThatLooksLikeOneSurvivesJson) {
  const std::string id = blob_of(1, 5).id();
  for (const value& v :
       {value(map{{"$blob", id}, {"size", 5}}), value(map{{"$blob", id}}),
        value(map{{"$blob", id}, {"size", 5}, {"more", 1}}), value(map{{"$blob", 1}, {"size", 2}}),
        value(map{{"$map", map{{"$blob", id}, {"size", 5}}}})}) {
    EXPECT_EQ(from_json(to_json(v).value()).value(), v);
    EXPECT_FALSE(v.is_blob());
  }
  const auto other_order = boost::json::parse(R"({"size":5,"$blob":")" + id + "\"}");
  EXPECT_EQ(from_json(other_order).value(), value(blob_of(1, 5)));
}

TEST(Blob, JsonThatNamesNoBlobIsRefused) {
  const std::string id = blob_of(1, 5).id();
  for (const std::string& text :
       {R"({"$blob":"12","size":5})"s, R"({"$blob":7,"size":5})"s,
        R"({"$blob":")" + id + R"(","size":-1})", R"({"$blob":")" + id + R"(","size":0})",
        R"({"$blob":")" + id + R"(","size":1099511627777})",
        R"({"$blob":")" + id + R"(","size":"5"})"})
    EXPECT_FALSE(from_json(boost::json::parse(text))) << text;
}

TEST(Blob, ATreeRefersToItAndLoadsWithoutItsContent) {
  memory_nodes nodes;
  const auto missing = save(report, nodes);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, errc::not_found);
  EXPECT_NE(missing.error().message.find(blob_of(1, 5).id()), std::string::npos);
  EXPECT_FALSE(save(blob_of(1, 5), nodes));
  nodes.nodes.emplace(blob_of(1, 5).hash, "whatever");
  for (const value& v : {report, value(blob_of(1, 5)), value(list::of(blob_of(1, 5), blob()))}) {
    const auto saved = save(v, nodes);
    ASSERT_TRUE(saved) << saved.error().message;
    EXPECT_EQ(saved->root, v.root());
    EXPECT_EQ(load(saved->root, nodes).value(), v);
    EXPECT_EQ(references_of(nodes.nodes.at(saved->root)).value(), std::vector{blob_of(1, 5).hash});
  }
  // No place for a value has room for a node of a blob.
  const auto chunk = nodes.add(
      "\x1A"
      "content");
  EXPECT_EQ(load(chunk, nodes).error().code, errc::corrupt);
  EXPECT_EQ(load(nodes.add("\x13\x01\x0A" + reference(chunk)), nodes).error().code, errc::corrupt);
}

TEST(BlobNodes, AreWhatAnotherImplementationSays) {
  const std::string chunk = encode_chunk(std::as_bytes(std::span("hello", 5)));
  EXPECT_EQ(chunk, "\x1Ahello");
  const blob_content root{0, 5, {hash_of_node(chunk)}};
  const std::string bytes = encode_blob_node(root);
  EXPECT_EQ(hex(hash_of_node(bytes)),
            "813e012f6f14a8278bf81deffaed782742004146ea73694b124418b4612b5df7");
  EXPECT_EQ(decode_chunk(chunk).value(), "hello");
  EXPECT_EQ(decode_blob_node(bytes).value(), root);
  EXPECT_EQ(references_of(bytes).value(), root.below);
  EXPECT_TRUE(references_of(chunk)->empty());
  EXPECT_TRUE(refers_to_chunks(bytes));
  EXPECT_FALSE(refers_to_chunks(chunk));
  EXPECT_FALSE(decode_chunk(bytes));
  EXPECT_FALSE(decode_blob_node(chunk));
}

TEST(BlobNodes, ThatAreNotCanonicalAreRefused) {
  const auto refused = [](const std::string& bytes) {
    EXPECT_EQ(references_of(bytes).has_value(), decode_blob_node(bytes).has_value());
    return decode_blob_node(bytes).has_value() ? errc{} : decode_blob_node(bytes).error().code;
  };
  const std::string ref(32, 'r');
  EXPECT_EQ(refused("\x1B\x00\x05"s + ref), errc{});
  EXPECT_EQ(refused("\x1B\x00\x00"s), errc::corrupt);                // nothing below
  EXPECT_EQ(refused("\x1B\x00\x85\x00"s + ref), errc::corrupt);      // a longer length
  EXPECT_EQ(refused("\x1B\x00\x05"s), errc::corrupt);                // too few references
  EXPECT_EQ(refused("\x1B\x00\x05"s + ref + ref), errc::corrupt);    // too many
  EXPECT_EQ(refused("\x1B\x00\x81\x80\x04"s + ref), errc::corrupt);  // 65,537 are two chunks
  EXPECT_EQ(refused("\x1B\x00\x81\x80\x04"s + ref + ref), errc{});
  EXPECT_EQ(refused("\x1B\x01\x81\x80\x04"s + ref), errc{});  // the last of its level
  EXPECT_EQ(refused("\x1B\x03\x05"s + ref), errc::corrupt);   // too high
  EXPECT_EQ(refused("\x1B\x02\x80\x80\x80\x80\x80\x20"s + std::string(32 * 16, 'r')), errc{});
  EXPECT_EQ(refused("\x1B\x02\x81\x80\x80\x80\x80\x20"s + std::string(32 * 17, 'r')),
            errc::corrupt);  // above 1 TiB
  EXPECT_EQ(references_of("\x1A"s).error().code, errc::corrupt);
  EXPECT_TRUE(references_of("\x1A" + std::string(65'536, 'c')));
  EXPECT_EQ(references_of("\x1A" + std::string(65'537, 'c')).error().code, errc::corrupt);
  EXPECT_EQ(references_of("\x1C"s).error().code, errc::corrupt);
}

}  // namespace
}  // namespace theus::test
