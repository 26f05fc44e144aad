#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "theus/value/value.hpp"

#include "key_hash.hpp"

// What only shows when keys collide. Built with a hash of 16 values (weak_key_hash.cpp).
namespace theus {
namespace {

std::vector<std::string> keys_of_one_hash(std::size_t count) {
  std::vector<std::string> keys;
  const std::uint64_t hash = tree::key_hash("0");
  for (int i = 0; keys.size() < count; ++i)
    if (tree::key_hash(std::to_string(i)) == hash) keys.push_back(std::to_string(i));
  return keys;
}

TEST(Collision, Rule28EntriesOfOneHashAreSortedWhateverTheirHistory) {
  std::vector<std::string> keys = keys_of_one_hash(50);
  map forward, backward;
  for (const auto& key : keys) forward.put(key, key);
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) backward.put(*key, *key);
  EXPECT_EQ(value(forward).root(), value(backward).root());
  std::vector<std::string> seen;
  for (const auto& [key, item] : backward) seen.emplace_back(key);
  std::ranges::sort(keys);
  EXPECT_EQ(seen, keys);
}

TEST(Collision, ErasingDownToOneEntryLeavesTheMapThatNeverHadMore) {
  const std::vector<std::string> keys = keys_of_one_hash(20);
  map m{{keys[0], 1}};
  const journal::hash256 before = value(m).root();
  for (std::size_t i = 1; i < keys.size(); ++i) m.put(keys[i], 2);
  for (std::size_t i = 1; i < keys.size(); ++i) EXPECT_TRUE(m.erase(keys[i]));
  EXPECT_EQ(value(m).root(), before);
  EXPECT_FALSE(m.contains(keys[1]));
}

}  // namespace
}  // namespace theus
