#include "theus/value/diff.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "theus/value/edit.hpp"

#include "value/memory_nodes.hpp"
#include "value/model.hpp"

namespace theus::test {
namespace {

path at(std::string_view pointer) { return path::parse(pointer).value(); }

TEST(Diff, NamesWhatWasAddedChangedAndRemoved) {
  const value before = map{{"a", 1}, {"b", map{{"x", 1}, {"y", nullptr}}}, {"c", list::of(1, 2)}};
  const value after = map{{"a", 2}, {"b", map{{"y", nullptr}, {"z", 3}}}, {"c", list::of(1, 3, 4)}};
  value_diff found = diff(before, after);
  const auto has = [&](const value_change& change) {
    return std::ranges::find(found.changes, change) != found.changes.end();
  };
  EXPECT_EQ(found.changes.size(), 5u);
  EXPECT_TRUE(has({at("/a"), value(1), value(2)}));
  EXPECT_TRUE(has({at("/b/x"), value(1), std::nullopt}));
  EXPECT_TRUE(has({at("/b/z"), std::nullopt, value(3)}));
  EXPECT_TRUE(has({at("/c/1"), value(2), value(3)}));
  EXPECT_TRUE(has({at("/c/2"), std::nullopt, value(4)}));
  EXPECT_TRUE(diff(before, before).changes.empty());
  EXPECT_EQ(diff(1, "x").changes, (std::vector<value_change>{{path(), value(1), value("x")}}));
}

TEST(Diff, AppliedToTheFirstGivesTheSecond) {
  random_source random(9);
  for (int i = 0; i < 300; ++i) {
    model m = random_model(random, 3);
    value before = built(m, random);
    value after = before;
    for (std::size_t edits = below(random, 30); edits > 0; --edits)
      change_by_path(after, m, random);
    if (i % 3 == 0) after = built(m, random);                        // nothing shared
    if (i % 7 == 0) after = built(random_model(random, 3), random);  // nothing alike
    if (i % 2 == 0) (void)before.root(), (void)after.root();
    const value_diff found = diff(before, after);
    EXPECT_EQ(found.changes.empty(), before == after);
    value applied = before;
    ASSERT_TRUE(apply(applied, found));
    ASSERT_EQ(applied, after);
    ASSERT_EQ(applied.root(), after.root());
    ASSERT_TRUE(apply(applied, diff(after, before)));
    ASSERT_EQ(applied, before);
  }
}

TEST(Diff, ListsOfAnyTwoSizesAreCompared) {
  const auto counted = [](int size) {
    list l;
    for (int i = 0; i < size; ++i) l.push_back(i);
    return l;
  };
  const int sizes[] = {0, 1, 31, 32, 33, 64, 65, 100, 1'024, 1'056, 1'057, 2'100};
  for (const int a : sizes) {
    for (const int b : sizes) {
      list changed = counted(b);
      if (b > 20) changed.set(20, "other");
      const value_diff found = diff(counted(a), changed);
      ASSERT_EQ(found.changes.size(),
                static_cast<std::size_t>(std::abs(a - b) + (a > 20 && b > 20)));
      value applied = counted(a);
      ASSERT_TRUE(apply(applied, found)) << a << " " << b;
      ASSERT_EQ(applied, value(changed));
    }
  }
}

TEST(Apply, RefusesATreeThatTheChangesWereNotMadeFrom) {
  const value before = map{{"a", 1}, {"b", 2}}, after = map{{"a", 2}, {"b", 3}};
  const value_diff changes = diff(before, after);
  for (const value& other : {value(map{{"a", 1}, {"b", 7}}), value(map{{"a", 1}}), value(5)}) {
    value tree = other;
    const auto refused = apply(tree, changes);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::mismatch);
    EXPECT_EQ(tree, other);
  }
}

TEST(Merge, TakesWhatEitherSideChanged) {
  const value base = map{{"a", 1}, {"b", map{{"x", 1}}}, {"c", list::of(1, 2, 3)}, {"d", 4}};
  value ours = base, theirs = base;
  ASSERT_TRUE(put(ours, at("/a"), 2));
  ASSERT_TRUE(put(ours, at("/b/y"), 2));
  ASSERT_TRUE(put(ours, at("/c/0"), "ours"));
  ASSERT_TRUE(erase(ours, at("/d")));
  ASSERT_TRUE(put(ours, at("/new/ours"), 1));
  ASSERT_TRUE(put(theirs, at("/b/z"), 3));
  ASSERT_TRUE(put(theirs, at("/c/2"), "theirs"));
  ASSERT_TRUE(put(theirs, at("/new/theirs"), 2));
  const value_merge merged = merge(base, ours, theirs);
  EXPECT_TRUE(merged.conflicts.empty());
  EXPECT_EQ(merged.merged, value(map{{"a", 2},
                                     {"b", map{{"x", 1}, {"y", 2}, {"z", 3}}},
                                     {"c", list::of("ours", 2, "theirs")},
                                     {"new", map{{"ours", 1}, {"theirs", 2}}}}));
}

TEST(Merge, NamesWhatBothSidesChanged) {
  const value base = map{{"a", 1}, {"b", map{{"x", 1}}}, {"l", list::of(1)}, {"same", 1}};
  value ours = base, theirs = base;
  ASSERT_TRUE(put(ours, at("/a"), "ours"));
  ASSERT_TRUE(put(theirs, at("/a"), "theirs"));
  ASSERT_TRUE(erase(ours, at("/b/x")));
  ASSERT_TRUE(put(theirs, at("/b/x"), 2));
  ASSERT_TRUE(put(ours, at("/l/1"), "ours"));
  ASSERT_TRUE(put(theirs, at("/l/1"), "theirs"));
  ASSERT_TRUE(put(ours, at("/same"), 2));
  ASSERT_TRUE(put(theirs, at("/same"), 2));
  const value_merge merged = merge(base, ours, theirs);
  ASSERT_EQ(merged.conflicts.size(), 3u);
  const auto has = [&](const value_conflict& c) {
    return std::ranges::find(merged.conflicts, c) != merged.conflicts.end();
  };
  EXPECT_TRUE(has({at("/a"), value(1), value("ours"), value("theirs")}));
  EXPECT_TRUE(has({at("/b/x"), value(1), std::nullopt, value(2)}));
  EXPECT_TRUE(has(
      {at("/l"), value(list::of(1)), value(list::of(1, "ours")), value(list::of(1, "theirs"))}));
  EXPECT_EQ(merged.merged, ours);
}

TEST(Merge, OfTheSameChangeOnBothSidesIsAConflictWhereThatIsAsked) {
  const value base = map{{"n", 1}, {"gone", 1}, {"l", list::of(1, 2)}, {"m", map{{"x", 1}}}};
  value ours = base;
  ASSERT_TRUE(put(ours, at("/n"), 2));
  ASSERT_TRUE(erase(ours, at("/gone")));
  ASSERT_TRUE(put(ours, at("/l/1"), 3));
  ASSERT_TRUE(put(ours, at("/m/new"), map()));
  value theirs = ours;
  ASSERT_TRUE(put(theirs, at("/m/x"), 2));
  EXPECT_TRUE(merge(base, ours, theirs).conflicts.empty());
  const value_merge strict = merge(base, ours, theirs, changed_alike::conflicts);
  std::vector<std::string> places;
  for (const value_conflict& each : strict.conflicts) places.push_back(each.where.to_string());
  std::ranges::sort(places);
  EXPECT_EQ(places, (std::vector<std::string>{"/gone", "/l/1", "/n"}));
  EXPECT_TRUE(merge(base, base, theirs, changed_alike::conflicts).conflicts.empty());
  EXPECT_EQ(merge(base, theirs, base, changed_alike::conflicts).merged, theirs);
}

// Both sides change keys of their own, of trees of any shape: everything arrives, from either side.
TEST(Merge, OfChangesApartIsAllOfThemWhicheverSideIsOurs) {
  random_source random(10);
  for (int round = 0; round < 200; ++round) {
    map base, ours, theirs, both;
    const auto put_all = [](std::initializer_list<map*> into, const std::string& key,
                            const value& v) {
      for (map* m : into) m->put(key, v);
    };
    for (std::size_t i = below(random, 60); i > 0; --i)
      put_all({&base, &ours, &theirs, &both}, random_key(random), random_scalar(random));
    for (std::size_t i = below(random, 40); i > 0; --i) {
      const std::string key = random_key(random);
      const bool is_ours = std::hash<std::string>()(key) % 2 == 0;
      map& side = is_ours ? ours : theirs;
      if (below(random, 3) == 0) {
        side.erase(key);
        both.erase(key);
      } else {
        put_all({&side, &both}, key, random_scalar(random));
      }
    }
    const value_merge forth = merge(base, ours, theirs), back = merge(base, theirs, ours);
    ASSERT_TRUE(forth.conflicts.empty() && back.conflicts.empty());
    ASSERT_EQ(forth.merged, value(both));
    ASSERT_EQ(back.merged, value(both));
    ASSERT_EQ(forth.merged.root(), value(both).root());
  }
}

}  // namespace
}  // namespace theus::test
