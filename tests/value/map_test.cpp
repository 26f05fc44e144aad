#include "theus/value/map.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "theus/journal/errc.hpp"
#include "theus/value/value.hpp"

#include "key_hash.hpp"
#include "value/memory_nodes.hpp"

namespace theus {
namespace {

errc code_of(auto&& act) {
  try {
    act();
  } catch (const error_exception& e) {
    return e.code();
  }
  return errc{};
}

map numbered(int count) {
  map m;
  for (int i = 0; i < count; ++i) m.put("key" + std::to_string(i), i);
  return m;
}

TEST(Map, FindsWhatWasPutAndNothingElse) {
  const map m{{"a", 1}, {"b", nullptr}, {"", "empty"}};
  EXPECT_EQ(m.size(), 3u);
  EXPECT_EQ(m.at("a"), value(1));
  ASSERT_NE(m.find("b"), nullptr);
  EXPECT_TRUE(m.find("b")->is_null());  // null is not absence
  EXPECT_EQ(m.find("c"), nullptr);
  EXPECT_EQ(m.at(""), value("empty"));
  EXPECT_EQ(code_of([&] { (void)m.at("c"); }), errc::not_found);
}

TEST(Map, ACopyKeepsWhatItWas) {
  map m = numbered(1'000);
  const map before = m;
  for (int i = 0; i < 1'000; i += 2) m.erase("key" + std::to_string(i));
  m.put("key1", "changed");
  EXPECT_EQ(m.size(), 500u);
  EXPECT_EQ(before.size(), 1'000u);
  EXPECT_EQ(before.at("key1"), value(1));
  EXPECT_EQ(before, numbered(1'000));
}

TEST(Map, ErasingAllLeavesTheEmptyMap) {
  map m = numbered(500);
  for (int i = 499; i >= 0; --i) EXPECT_TRUE(m.erase("key" + std::to_string(i)));
  EXPECT_TRUE(m.empty());
  EXPECT_EQ(m, map());
  EXPECT_EQ(value(m).root(), value(map()).root());
  EXPECT_FALSE(m.erase("key0"));
}

TEST(Map, IteratesInAnOrderThatDoesNotDependOnHistory) {
  const map up = numbered(300);
  map down;
  for (int i = 299; i >= 0; --i) down.put("key" + std::to_string(i), i);
  auto other = down.begin();
  for (const auto& [key, item] : up) {
    ASSERT_NE(other, down.end());
    EXPECT_EQ((*other).key, key);
    ++other;
  }
  EXPECT_EQ(other, down.end());
}

TEST(Map, RefusesKeysThatAreTooLongOrNotText) {
  map m;
  EXPECT_EQ(code_of([&] { m.put(std::string(1'025, 'k'), 1); }), errc::limit_exceeded);
  EXPECT_EQ(code_of([&] { m.put("\xFF", 1); }), errc::bad_input);
  m.put(std::string(1'024, 'k'), 1);
  EXPECT_EQ(m.size(), 1u);
}

TEST(Map, DepthIsThatOfWhatItHoldsNow) {
  map m{{"a", 1}};
  EXPECT_EQ(m.depth(), 1u);
  m.put("b", list::of(list::of(1)));
  m.put("c", list::of(1));
  EXPECT_EQ(m.depth(), 3u);
  m.put("b", 2);
  EXPECT_EQ(m.depth(), 2u);
  m.erase("c");
  EXPECT_EQ(m.depth(), 1u);
}

TEST(Map, RefusesTheSixtyFifthLevelAndStaysAsItWas) {
  value nested = map();
  for (unsigned i = 1; i < value_limits::depth; ++i) nested = map{{"in", nested}};
  EXPECT_EQ(nested.depth(), 64u);
  map m{{"here", 1}};
  EXPECT_EQ(code_of([&] { m.put("here", nested); }), errc::limit_exceeded);
  EXPECT_EQ(m, (map{{"here", 1}}));
  list l = list::of(1);
  EXPECT_EQ(code_of([&] { l.push_back(nested); }), errc::limit_exceeded);
  EXPECT_EQ(code_of([&] { l.set(0, nested); }), errc::limit_exceeded);
  EXPECT_EQ(l, (list::of(1)));
  (void)nested.root();
}

// Whatever their last eight bytes, their product is nothing.
std::string key_of_no_product(int number) {
  return "customer 04525uIpE'pCE" + std::to_string(10'000'000 + number);
}

TEST(Map, KeysOfOneProductAreSpreadByTheOtherHash) {
  map m;
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_EQ(tree::quick_hash(key_of_no_product(i), {}), 0u);
    m.put(key_of_no_product(i), i);
  }
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(m.at(key_of_no_product(i)), value(i));
  test::memory_nodes stored;
  ASSERT_TRUE(save(m, stored));
  std::size_t largest = 0;
  for (const auto& [hash, bytes] : stored.nodes) largest = std::max(largest, bytes.size());
  EXPECT_LT(largest, 32u * 50u);  // a branch of 32 entries
}

}  // namespace
}  // namespace theus
