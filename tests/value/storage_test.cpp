#include "theus/value/storage.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "value/memory_nodes.hpp"
#include "value/model.hpp"

namespace theus::test {
namespace {

value order(int quantity) {
  map m;
  for (int i = 0; i < 2'000; ++i) m.put("line" + std::to_string(i), list::of(i, "text"));
  m.put("note", std::string(500, 'n'));
  m.put("quantity", quantity);
  return m;
}

TEST(Storage, WhatIsSavedLoadsEqualWithTheSameRoot) {
  random_source random(5);
  for (int i = 0; i < 60; ++i) {
    const value v = built(random_model(random, 3), random);
    memory_nodes nodes;
    const auto saved = save(v, nodes);
    ASSERT_TRUE(saved);
    ASSERT_EQ(saved->root, v.root());
    ASSERT_EQ(saved->nodes, nodes.nodes.size());
    const auto again = load(saved->root, nodes);
    ASSERT_TRUE(again) << again.error().message;
    ASSERT_EQ(*again, v);
    ASSERT_EQ(read(*again), read(v));
    ASSERT_EQ(rebuilt(*again).root(), v.root());
    ASSERT_EQ(again->depth(), v.depth());
  }
}

TEST(Storage, WhatIsLoadedCanBeChangedAsBefore) {
  random_source random(6);
  model m;
  m.is = model::kind::map;
  value v = map();
  for (int round = 0; round < 30; ++round) {
    for (int i = 0; i < 40; ++i) change(v, m, random);
    memory_nodes nodes;
    const auto saved = save(v, nodes);
    v = load(saved->root, nodes).value();
    ASSERT_EQ(read(v), m);
    ASSERT_EQ(v.root(), built(m, random).root());
  }
}

TEST(Storage, OnlyNewNodesAreWritten) {
  memory_nodes nodes;
  value v = order(1);
  const auto first = save(v, nodes);
  ASSERT_TRUE(first);
  EXPECT_EQ(save(v, nodes)->nodes, 0u);
  v.edit_map().put("quantity", 2);
  const auto second = save(v, nodes);
  ASSERT_TRUE(second);
  EXPECT_LE(second->nodes, 14u);  // a path, however tall
  EXPECT_GT(first->nodes, 500u);
  EXPECT_EQ(load(second->root, nodes).value(), order(2));
  EXPECT_EQ(load(first->root, nodes).value(), order(1));
}

TEST(Storage, ReferencesReachEveryNode) {
  memory_nodes nodes;
  const auto saved = save(order(1), nodes);
  std::set<journal::hash256> reached{saved->root};
  std::vector<journal::hash256> left{saved->root};
  while (!left.empty()) {
    const auto next = left.back();
    left.pop_back();
    for (const auto& hash : references_of(nodes.nodes.at(next)).value())
      if (reached.insert(hash).second) left.push_back(hash);
  }
  EXPECT_EQ(reached.size(), nodes.nodes.size());
}

TEST(Storage, AMissingNodeAndAChangedOneAreRefused) {
  memory_nodes nodes;
  const auto saved = save(order(1), nodes);
  memory_nodes damaged = nodes;
  std::size_t at = 0;
  for (const auto& [hash, bytes] : nodes.nodes) {
    if (++at % 47 != 0) continue;
    std::string& stored = damaged.nodes[hash];
    stored[stored.size() / 2] ^= 1;
    EXPECT_EQ(load(saved->root, damaged).error().code, errc::corrupt);
    damaged.nodes.erase(hash);
    EXPECT_EQ(load(saved->root, damaged).error().code, errc::not_found);
    damaged.nodes[hash] = bytes;
  }
  EXPECT_TRUE(load(saved->root, damaged));
}

// Every changed byte of every node, under the hash that it then has: what loads is a value of just
// that root, so no two forms of one value load.
TEST(Storage, BytesThatLoadAreTheOnlyOnesOfTheirValue) {
  random_source random(7);
  std::size_t accepted = 0, refused = 0;
  while (accepted < 1'000 || refused < 1'000) {
    const value v = built(random_model(random, 2), random);
    memory_nodes nodes;
    const auto saved = save(v, nodes);
    const std::string root = nodes.nodes.at(saved->root);
    for (std::size_t at = 0; at < std::min<std::size_t>(root.size(), 500); ++at) {
      for (const int change : {1, 2, 0x80, 0xFF}) {
        std::string bytes = root;
        bytes[at] = static_cast<char>(bytes[at] ^ change);
        const auto hash = nodes.add(bytes);
        const auto loaded = load(hash, nodes);
        if (loaded) {
          ASSERT_EQ(rebuilt(*loaded).root(), hash);
          ++accepted;
        } else {
          ++refused;
        }
      }
    }
  }
}

TEST(Storage, LimitsHoldForTreesThatFewBytesDescribe) {
  memory_nodes nodes;
  value v = list::of("x");
  for (int i = 0; i < 40; ++i) v = list::of(v, v, v, v);  // 4^40 values in 41 nodes
  const auto saved = save(v, nodes);
  ASSERT_TRUE(saved);
  EXPECT_EQ(saved->nodes, 41u);
  EXPECT_EQ(load(saved->root, nodes).error().code, errc::limit_exceeded);
  memory_nodes large;
  const auto order_saved = save(order(1), large);
  EXPECT_EQ(load(order_saved->root, large, {.bytes = 1'000}).error().code, errc::limit_exceeded);
  EXPECT_EQ(load(order_saved->root, large, {.values = 100}).error().code, errc::limit_exceeded);
}

TEST(Storage, NestingBeyondTheLimitIsRefused) {
  memory_nodes nodes;
  const auto reference = [](const journal::hash256& hash) {
    return std::string(hash.bytes.begin(), hash.bytes.end());
  };
  journal::hash256 hash = nodes.add(std::string("\x13\x01\x00", 3));  // [null]
  for (int depth = 1; depth < 70; ++depth) {
    const auto loaded = load(hash, nodes);
    EXPECT_EQ(loaded.has_value(), depth <= 64) << depth;
    hash = nodes.add("\x13\x01\x0A" + reference(hash));
  }
  EXPECT_EQ(load(hash, nodes).error().code, errc::limit_exceeded);
}

errc refusal_of(const std::string& bytes) {
  memory_nodes nodes;
  const auto loaded = load(nodes.add(bytes), nodes);
  EXPECT_EQ(references_of(bytes).has_value(), loaded.has_value());
  return loaded ? errc{} : loaded.error().code;
}

TEST(Storage, NodesThatAreNotCanonicalAreRefused) {
  using namespace std::string_literals;
  EXPECT_EQ(refusal_of("\x10\x00"s), errc{});             // null
  EXPECT_EQ(refusal_of("\x10\x00\x00"s), errc::corrupt);  // a byte behind
  EXPECT_EQ(refusal_of(""s), errc::corrupt);
  EXPECT_EQ(refusal_of("\x10"s), errc::corrupt);
  EXPECT_EQ(refusal_of("\x10\x0D"s), errc::corrupt);
  EXPECT_EQ(refusal_of("\x18"s), errc::corrupt);
  EXPECT_EQ(refusal_of("\x20"s), errc::unknown_version);
  EXPECT_EQ(refusal_of("\x10\x04\x01\0\0\0\0\0\xF8\x7F"s), errc::corrupt);  // another NaN
  EXPECT_EQ(refusal_of("\x10\x05\x01\xFF"s), errc::corrupt);                // not UTF-8
  EXPECT_EQ(refusal_of("\x10\x06\x01\xFF"s), errc{});                       // but bytes
  EXPECT_EQ(refusal_of("\x10\x06\x81\x00\xFF"s), errc::corrupt);            // a longer length
  EXPECT_EQ(refusal_of("\x10\x06\xFF\xFF\xFF\xFF\xFF\x7F"s), errc::corrupt);
  EXPECT_EQ(refusal_of("\x10\x06\x81\x01"s + std::string(129, 'x')), errc::corrupt);
  EXPECT_EQ(refusal_of("\x17"s + std::string(129, 'x')), errc{});
  EXPECT_EQ(refusal_of("\x17"s + std::string(128, 'x')), errc::corrupt);
  EXPECT_EQ(refusal_of("\x11\x00\0\0\0\0\0\0\0\0"s), errc::corrupt);  // an empty branch
  EXPECT_EQ(refusal_of("\x13\x00"s), errc::corrupt);                  // an empty leaf
  EXPECT_EQ(refusal_of("\x13\x21"s + std::string(33, '\0')), errc::corrupt);
  EXPECT_EQ(refusal_of("\x12\xFF\xFF"s), errc::corrupt);
  EXPECT_EQ(refusal_of("\x15\x20"s + std::string(64, 'h')), errc::corrupt);
}

}  // namespace
}  // namespace theus::test
