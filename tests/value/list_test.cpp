#include "theus/value/list.hpp"

#include <gtest/gtest.h>

#include "theus/journal/errc.hpp"
#include "theus/value/value.hpp"

namespace theus {
namespace {

list counted(int from, int to) {
  list l;
  for (int i = from; i < to; ++i) l.push_back(i);
  return l;
}

TEST(List, IndexesAndIteratesWhatWasPushed) {
  const list l = counted(0, 33'000);
  ASSERT_EQ(l.size(), 33'000u);
  EXPECT_EQ(l[0], value(0));
  EXPECT_EQ(l[32'767], value(32'767));
  EXPECT_EQ(l.back(), value(32'999));
  int expected = 0;
  for (const value& element : l) ASSERT_EQ(element, value(expected++));
  EXPECT_EQ(expected, 33'000);
  EXPECT_EQ(list().begin(), list().end());
}

TEST(List, ACopyKeepsWhatItWas) {
  list l = counted(0, 1'100);
  const list before = l;
  l.set(5, "changed");
  l.set(1'099, "changed");
  for (int i = 0; i < 1'000; ++i) l.pop_back();
  EXPECT_EQ(l.size(), 100u);
  EXPECT_EQ(l[5], value("changed"));
  EXPECT_EQ(before, counted(0, 1'100));
}

TEST(List, Rule28InsertAndEraseLeaveTheListThatWasNeverOtherwise) {
  list l = counted(0, 1'500);
  l.erase(700);
  l.insert(700, 700);
  l.insert(0, -1);
  l.erase(0);
  l.insert(1'500, 1'500);
  EXPECT_EQ(l, counted(0, 1'501));
  EXPECT_EQ(value(l).root(), value(counted(0, 1'501)).root());
}

TEST(List, RefusesIndexesBeyondItsEnd) {
  list l = list::of(1, 2);
  for (const auto& act : {+[](list& of) { (void)of.at(2); }, +[](list& of) { of.set(2, 0); },
                          +[](list& of) { of.insert(3, 0); }, +[](list& of) { of.erase(2); }}) {
    try {
      act(l);
      ADD_FAILURE();
    } catch (const error_exception& e) {
      EXPECT_EQ(e.code(), errc::not_found);
    }
  }
  EXPECT_EQ(l, (list::of(1, 2)));
}

TEST(List, DepthIsThatOfWhatItHoldsNow) {
  list l = counted(0, 100);
  EXPECT_EQ(l.depth(), 1u);
  l.set(3, list::of(list()));
  EXPECT_EQ(l.depth(), 3u);
  l.push_back(list());
  l.set(3, 3);
  EXPECT_EQ(l.depth(), 2u);
  l.pop_back();
  EXPECT_EQ(l.depth(), 1u);
}

}  // namespace
}  // namespace theus
