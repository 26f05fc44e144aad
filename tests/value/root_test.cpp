#include <string>

#include <gtest/gtest.h>

#include "theus/value/value.hpp"

namespace theus {
namespace {

TEST(Root, AnySingleChangedLeafChangesIt) {
  map m;
  for (int i = 0; i < 400; ++i) m.put("key" + std::to_string(i), list::of(i, map{{"in", i}}));
  const journal::hash256 before = value(m).root();
  for (int i = 0; i < 400; ++i) {
    map changed = m;
    changed.put("key" + std::to_string(i), list::of(i, map{{"in", i + 1}}));
    EXPECT_NE(value(changed).root(), before);
    changed.put("key" + std::to_string(i), list::of(i, map{{"in", i}}));
    EXPECT_EQ(value(changed).root(), before);
  }
}

TEST(Root, IsForgottenByEveryChangeInPlace) {
  list l;
  map m;
  for (int i = 0; i < 200; ++i) {
    l.push_back(i);
    m.put(std::to_string(i), i);
  }
  const auto list_root = value(l).root(), map_root = value(m).root();
  l.set(3, "x");
  m.put("3", "x");
  EXPECT_NE(value(l).root(), list_root);
  EXPECT_NE(value(m).root(), map_root);
  l.set(3, 3);
  m.put("3", 3);
  EXPECT_EQ(value(l).root(), list_root);
  EXPECT_EQ(value(m).root(), map_root);
}

}  // namespace
}  // namespace theus
