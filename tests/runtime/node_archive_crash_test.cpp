#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "theus/journal/fail_point.hpp"

#include "runtime/support/archived_rounds.hpp"
#include "runtime/support/killed_rounds.hpp"

// Checkpoints, nodes and collections under kills at every write, and beside a full disk.
namespace theus::test {
namespace {

using journal::arm_fail_points;
using journal::hash256;
using ::testing::HasSubstr;

class NodeArchiveKilled : public ::testing::TestWithParam<const char*> {};

TEST_P(NodeArchiveKilled, AtEveryWriteLosesNoNodeThatACheckpointNeeds) {
  constexpr int rounds = 5;
  kill_at_every_passage(THEUS_VICTIM, rounds, GetParam(), [](journal::store& store, int done) {
    archived_rounds again(store);
    // Every checkpoint that was put and not erased is there, and whole.
    for (int round = std::max(1, done - 1); round <= done; ++round) {
      const auto row = store.checkpoint(archived_rounds::nth(round)).value();
      // The one before the last may be erased already by the round under way.
      if (round == done || done < 2) {
        ASSERT_TRUE(row) << round;
      }
    }
    for (const auto& id : stored_checkpoints(store)) {
      ASSERT_GE(number(id.at) + 2, std::uint64_t(done));
      expect_loads(store, again.archive(), archived_rounds::checkpoint(int(number(id.at))));
    }
    expect_whole(store);
    // It goes on with what is there.
    for (int round = done + 1; round <= rounds; ++round) ASSERT_TRUE(again.go(round));
    for (const int round : {rounds - 1, rounds})
      expect_loads(store, again.archive(), archived_rounds::checkpoint(round));
    EXPECT_EQ(stored_nodes(store), needed_nodes(store));
  });
}

INSTANTIATE_TEST_SUITE_P(Every, NodeArchiveKilled,
                         ::testing::Values("put_nodes.before_write", "put_nodes.after_write",
                                           "put_checkpoint.before_write",
                                           "put_checkpoint.after_write",
                                           "erase_checkpoint.before_write",
                                           "erase_checkpoint.after_write",
                                           "erase_nodes.before_write", "erase_nodes.after_write"),
                         name_of_fail_point);

class NodeArchiveReopened : public ::testing::Test {
 protected:
  ~NodeArchiveReopened() override { arm_fail_points(""); }

  // The disk is full for a moment.
  void open_anew() {
    arm_fail_points("append.before_write=full@1");
    EXPECT_EQ(store_->acquire_epoch().error().code, errc::disk_full);
    EXPECT_TRUE(store_->reopen());
  }

  std::unique_ptr<journal::store> store_ = journal::make_memory_store();
  watched_store watched_{*store_};
  node_archive archive_{watched_};
};

TEST_F(NodeArchiveReopened, ASavingDoesNotGoOnInAJournalThatWasOpenedAnew) {
  const auto one = archived_rounds::checkpoint(1);
  {
    node_archive::saving saving(archive_);
    const auto saved = save(one.second[0], saving);
    ASSERT_TRUE(saved);
    open_anew();
    const auto refused = saving.put_checkpoint({one.first, {saved->root}, "x"});
    EXPECT_EQ(refused.error().code, errc::disk_full);
    EXPECT_THAT(refused.error().message, HasSubstr("opened anew"));
  }
  EXPECT_TRUE(stored_checkpoints(*store_).empty());
  ASSERT_TRUE(put_trees(archive_, one));
  expect_loads(*store_, archive_, one);
}

TEST_F(NodeArchiveReopened, ACollectionDoesNotGoOnInAJournalThatWasOpenedAnew) {
  ASSERT_TRUE(put_trees(archive_, archived_rounds::checkpoint(1)));
  ASSERT_TRUE(store_->erase_checkpoint(archived_rounds::nth(1)));
  const auto before = stored_nodes(*store_);
  bool opened_anew = false;
  watched_.before_page = [&] {
    if (!std::exchange(opened_anew, true)) open_anew();
  };
  EXPECT_EQ(archive_.collect().error().code, errc::disk_full);
  EXPECT_EQ(stored_nodes(*store_), before);
  EXPECT_EQ(archive_.collect()->swept, before.size());
}

TEST_F(NodeArchiveReopened, AWriteThatFailsIsToldAndTheNextOpeningGoesOn) {
  for (const char* place : {"put_nodes", "put_checkpoint", "erase_checkpoint", "erase_nodes"}) {
    SCOPED_TRACE(place);
    archived_rounds rounds(*store_);
    ASSERT_TRUE(rounds.go(1));
    ASSERT_TRUE(rounds.go(2));
    arm_fail_points(std::string(place) + ".before_write=full@1");
    const auto failed = rounds.go(3);
    ASSERT_EQ(failed.error().code, errc::disk_full);
    EXPECT_EQ(store_->trouble()->code, errc::disk_full);
    EXPECT_EQ(rounds.go(3).error().code, errc::disk_full);
    expect_whole(*store_);
    ASSERT_TRUE(store_->reopen());
    ASSERT_TRUE(rounds.go(3));
    EXPECT_EQ(stored_nodes(*store_), needed_nodes(*store_));
  }
}

}  // namespace
}  // namespace theus::test
