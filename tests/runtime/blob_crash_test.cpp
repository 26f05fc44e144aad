#include <gtest/gtest.h>

#include "runtime/support/blob_rounds.hpp"
#include "runtime/support/kept_trees.hpp"
#include "runtime/support/killed_rounds.hpp"

// Blobs under kills at every write, with a collection in between.
namespace theus::test {
namespace {

class BlobsKilled : public ::testing::TestWithParam<const char*> {};

TEST_P(BlobsKilled, AtEveryWriteLoseNothingThatARecordMentions) {
  kill_at_every_passage(THEUS_BLOB_VICTIM, 3, GetParam(), [](journal::store& store, int done) {
    blob_rounds again(store);
    expect_whole(store);
    // The round under way may have been recorded, too.
    for (int round = 1; round <= done + 1; ++round) {
      const auto content = again.read(round);
      if (!content && round > done && content.error().message == "no such round") break;
      ASSERT_TRUE(content) << round << ": " << content.error().message;
      ASSERT_EQ(*content, blob_rounds::content(round));
    }
    // It goes on with what is there, and nothing is left that nobody mentions.
    const int next = done + 2;
    ASSERT_TRUE(again.go(next));
    ASSERT_EQ(again.archive().collect()->swept, 0u);
    ASSERT_EQ(again.read(next).value(), blob_rounds::content(next));
  });
}

INSTANTIATE_TEST_SUITE_P(Every, BlobsKilled,
                         ::testing::Values("put_nodes.before_write", "put_nodes.after_write",
                                           "append.before_write", "erase_nodes.before_write",
                                           "erase_nodes.after_write"),
                         name_of_fail_point);

}  // namespace
}  // namespace theus::test
