#include <filesystem>

#include <gtest/gtest.h>

#include "theus/journal/trimming.hpp"
#include "theus/runtime/take_checkpoint.hpp"

#include "runtime/support/kept_trees.hpp"
#include "runtime/support/killed_rounds.hpp"
#include "runtime/support/retained_runs.hpp"

// The sweep that applies retentions under kills at every write.
namespace theus::test {
namespace {

using testing::retained_runs;

// A run has its records, or a checkpoint in their place that is what they said.
void expect_whole_run(retained_runs& runs, journal::store& store, const std::string& id) {
  const auto run = runs.world.run_of(id);
  const auto place = store.trimmed(run).value();
  if (!place) {
    EXPECT_EQ(store.read(run, journal::first_sequence, 1)->size(), 1u);
    return;
  }
  const auto truth = journal::anchored_checkpoint(store, run);
  ASSERT_TRUE(truth) << truth.error().message;
  node_archive nodes(store);
  const auto good = verify_checkpoint(store, nodes, runs.world.app.bound(), {run, place->through});
  EXPECT_TRUE(good) << good.error().message;
}

class RetentionKilled : public ::testing::TestWithParam<const char*> {
 protected:
  static void SetUpTestSuite() {
    made_ = new journal::test::temporary_folder;
    const auto store = journal::test::open_journal(*made_ / "journal");
    retained_runs(*store).make();
  }
  static void TearDownTestSuite() { delete std::exchange(made_, nullptr); }

  static inline journal::test::temporary_folder* made_ = nullptr;
};

TEST_P(RetentionKilled, Rule07_AtEveryWriteOfASweepLosesNothing) {
  const auto prepare = [](const std::string& path) {
    std::filesystem::copy(*made_ / "journal", path, std::filesystem::copy_options::recursive);
  };
  const auto look = [](journal::store& store, int) {
    expect_whole(store);
    retained_runs again(store);
    again.world.open();
    for (int n = 0; n <= retained_runs::finished; ++n) {
      ASSERT_NO_FATAL_FAILURE(expect_whole_run(again, store, retained_runs::nth(n))) << n;
    }
    again.world.close();
    // The next process does the rest, and what is there then is what is needed.
    ASSERT_TRUE(again.go(1));
    for (int n = 0; n < retained_runs::finished; ++n) {
      const auto id = retained_runs::nth(n);
      const auto place = store.trimmed(again.world.run_of(id)).value();
      ASSERT_TRUE(place) << n;
      EXPECT_EQ(store.checkpoints(again.world.run_of(id), 9)->back().at, place->through) << n;
      EXPECT_EQ(again.world.result_of(id), testing::sum_of(retained_runs::rounds_of(n)));
    }
    ASSERT_TRUE(again.world.signal(retained_runs::nth(retained_runs::finished), "enough", "true"));
    EXPECT_EQ(again.world.result_of(retained_runs::nth(retained_runs::finished)),
              testing::sum_of(2));
    again.world.close();
    node_archive nodes(store);
    ASSERT_TRUE(nodes.collect());
    EXPECT_EQ(stored_nodes(store), needed_nodes(store));
    ASSERT_TRUE(store.rebuild());
  };
  kill_at_every_passage(THEUS_RETENTION_VICTIM, 1, GetParam(), look, prepare);
}

INSTANTIATE_TEST_SUITE_P(Every, RetentionKilled,
                         ::testing::Values("put_nodes.before_write", "put_nodes.after_write",
                                           "put_checkpoint.before_write",
                                           "put_checkpoint.after_write", "append.before_write",
                                           "append.after_write", "append.after_sync",
                                           "append.after_watermark",
                                           "erase_checkpoint.before_write",
                                           "erase_checkpoint.after_write"),
                         name_of_fail_point);

}  // namespace
}  // namespace theus::test
