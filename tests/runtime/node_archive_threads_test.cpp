#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "journal/support.hpp"
#include "runtime/support/kept_trees.hpp"
#include "value/model.hpp"

namespace theus::test {
namespace {

using journal::checkpoint_id;
using journal::run_id;
using journal::sequence;

// One run: its state changes, is checkpointed, read back, and forgotten but for the newest few.
class checkpointed_run {
 public:
  checkpointed_run(journal::store& store, node_archive& archive, unsigned seed)
      : store_(store),
        archive_(archive),
        random_(seed),
        run_(journal::test::run_of("w" + std::to_string(seed))) {
    model_.is = model::kind::map;
  }

  void go_on() {
    for (int i = 0; i < 15; ++i) change(state_, model_, random_);
    // Now and then it is as it once was, and relies on nodes that may be about to go.
    if (below(random_, 4) == 0) {
      state_ = past_[below(random_, past_.size())];
      model_ = read(state_);
    } else {
      past_[below(random_, past_.size())] = state_;
    }
    const auto one =
        *kept_.emplace(checkpoint_id{run_, sequence{++at_}}, std::vector{state_}).first;
    ASSERT_TRUE(put_trees(archive_, one));
    expect_loads(store_, archive_, one);
    while (kept_.size() > 3) {
      const auto oldest = kept_.begin()->first;
      kept_.erase(oldest);
      ASSERT_TRUE(store_.erase_checkpoint(oldest));
    }
  }
  void expect_kept() {
    for (const auto& one : kept_) expect_loads(store_, archive_, one);
  }

 private:
  journal::store& store_;
  node_archive& archive_;
  random_source random_;
  const run_id run_;
  model model_;
  value state_ = map();
  std::array<value, 4> past_{map(), map(), map(), map()};
  std::uint64_t at_ = 0;
  trees kept_;
};

class NodeArchiveThreads : public ::testing::TestWithParam<bool> {};

TEST_P(NodeArchiveThreads, CollectionsRunBesideSavings) {
  const journal::test::temporary_folder folder;
  const auto store =
      GetParam() ? journal::test::open_journal(folder / "journal") : journal::make_memory_store();
  node_archive archive(*store);
  std::vector<checkpointed_run> runs;
  for (unsigned seed = 1; seed <= 3; ++seed) runs.emplace_back(*store, archive, seed);
  std::atomic<int> going = 0;
  std::uint64_t swept = 0;
  {
    std::vector<std::jthread> threads;
    for (auto& run : runs) {
      ++going;
      threads.emplace_back([&] {
        for (int i = 0; i < 60 && !::testing::Test::HasFailure(); ++i) run.go_on();
        --going;
      });
    }
    std::stop_source never;
    while (going > 0) {
      const auto done = archive.collect(never.get_token());
      ASSERT_TRUE(done) << done.error().message;
      ASSERT_TRUE(done->finished);
      swept += done->swept;
    }
  }
  EXPECT_GT(swept, 0u);
  for (auto& run : runs) run.expect_kept();
  ASSERT_TRUE(archive.collect()->finished);
  for (auto& run : runs) run.expect_kept();
  EXPECT_EQ(stored_nodes(*store), needed_nodes(*store));
}

INSTANTIATE_TEST_SUITE_P(Every, NodeArchiveThreads, ::testing::Bool(), [](const auto& durable) {
  return std::string(durable.param ? "rocksdb" : "memory");
});

}  // namespace
}  // namespace theus::test
