#include <gtest/gtest.h>

#include "theus/value/diff.hpp"
#include "theus/value/edit.hpp"
#include "theus/value/storage.hpp"

#include "value/memory_nodes.hpp"

// What docs/context-tree.md shows.
namespace theus {
namespace {

// [docs:tree]
void example(node_sink& sink) {
  value state = map{{"status", "new"}, {"lines", list::of(map{{"qty", 1}})}};
  const value before = state;  // O(1)

  place here(state);
  here["lines"][0]["qty"] = 2;
  here.at("/paid/cents").put(1999);
  EXPECT_EQ(before.as_map().size(), 2u);
  EXPECT_EQ(diff(before, state).changes.size(), 2u);

  value theirs = before;
  put(theirs, path() / "status", "shipped").value();
  const value_merge both = merge(before, state, theirs);
  EXPECT_TRUE(both.conflicts.empty());

  const saved_nodes all = save(both.merged, sink).value();
  EXPECT_EQ(all.root, both.merged.root());
  EXPECT_EQ(save(both.merged, sink)->nodes, 0u);  // the sink has them
}
// [docs:end]

TEST(Example, OfTheDocumentationHolds) {
  test::memory_nodes nodes;
  example(nodes);
  EXPECT_GE(nodes.nodes.size(), 4u);
}

}  // namespace
}  // namespace theus
