#include <string>

#include <gtest/gtest.h>

#include "theus/value/diff.hpp"

// What has to stay small however large the tree.
namespace theus {
namespace {

map numbered(int count) {
  map m;
  for (int i = 0; i < count; ++i) m.put("key" + std::to_string(i), i);
  return m;
}

// Made once: it takes longer than the tests.
const value& million() {
  static const value made = numbered(1'000'000);
  return made;
}

TEST(Diff, OfAMillionKeysThatDifferInTenVisitsFewNodes) {
  const value& before = million();
  value after = before;
  for (int i = 0; i < 10; ++i) after.edit_map().put("key" + std::to_string(i * 99'991), "changed");
  const value_diff found = diff(before, after);
  EXPECT_EQ(found.changes.size(), 10u);
  EXPECT_LT(found.visited, 2'000u);
  RecordProperty("visited", static_cast<int>(found.visited));
}

TEST(Diff, HashesDecideWhereNothingIsShared) {
  const value before = numbered(20'000);
  map other = numbered(20'000);
  other.put("key7", "changed");
  const value after = other;
  EXPECT_GT(diff(before, after).visited, 10'000u);
  (void)before.root();
  (void)after.root();
  const value_diff found = diff(before, after);
  EXPECT_EQ(found.changes.size(), 1u);
  EXPECT_LT(found.visited, 200u);
}

TEST(Merge, OfAMillionKeysVisitsWhatTheyChanged) {
  const value& base = million();
  value ours = base, theirs = base;
  for (int i = 0; i < 10; ++i) {
    ours.edit_map().put("ours" + std::to_string(i), i);
    theirs.edit_map().put("theirs" + std::to_string(i), i);
  }
  const value_merge merged = merge(base, ours, theirs);
  EXPECT_TRUE(merged.conflicts.empty());
  EXPECT_EQ(merged.merged.as_map().size(), 1'000'020u);
  EXPECT_LT(merged.visited, 2'000u);
}

}  // namespace
}  // namespace theus
