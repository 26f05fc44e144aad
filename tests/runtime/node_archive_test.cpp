#include "theus/runtime/node_archive.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/support.hpp"
#include "runtime/support/kept_trees.hpp"
#include "value/model.hpp"

namespace theus::test {
namespace {

using journal::checkpoint_id;
using journal::hash256;
using journal::sequence;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

checkpoint_id nth(std::uint64_t n) { return {journal::test::run_of("a"), sequence{n}}; }

class NodeArchive : public ::testing::Test {
 protected:
  void put(std::uint64_t n, std::vector<value> values) {
    ASSERT_TRUE(put_trees(archive_, *trees_.insert_or_assign(nth(n), std::move(values)).first));
  }
  void erase(std::uint64_t n) {
    trees_.erase(nth(n));
    ASSERT_TRUE(store_->erase_checkpoint(nth(n)));
  }
  void expect_all_load() {
    for (const auto& one : trees_) expect_loads(*store_, archive_, one);
    ASSERT_THAT(stored_checkpoints(*store_), SizeIs(trees_.size()));
  }
  void expect_all_but(const checkpoint_id& damaged) {
    for (const auto& one : trees_) {
      if (one.first != damaged) expect_loads(*store_, archive_, one);
    }
  }
  void expect_only_needed() {
    expect_all_load();
    EXPECT_EQ(stored_nodes(*store_), needed_nodes(*store_));
  }

  std::unique_ptr<journal::store> store_ = journal::make_memory_store();
  watched_store watched_{*store_};
  node_archive archive_{watched_};
  trees trees_;
};

TEST_F(NodeArchive, SavedTreesLoadAndShareTheirNodes) {
  put(1, {tree_of(2'000, 1), value("scalar")});
  const auto before = stored_nodes(*store_).size();
  put(2, {tree_of(2'000, 2)});
  EXPECT_LE(stored_nodes(*store_).size(), before + 14);
  expect_only_needed();
  EXPECT_EQ(archive_.get(hash256()).error().code, errc::not_found);
}

TEST_F(NodeArchive, ACollectionLeavesWhatCheckpointsNeedAndCounts) {
  put(1, {tree_of(2'000, 1)});
  put(2, {tree_of(2'000, 2), tree_of(3, 3)});
  EXPECT_EQ(archive_.collect()->swept, 0u);
  const auto before = stored_nodes(*store_);
  erase(1);
  const auto needed = needed_nodes(*store_);
  std::uint64_t bytes = 0;
  for (const auto& node : before) {
    if (!needed.contains(node)) bytes += store_->node(node).value()->size();
  }
  const auto done = archive_.collect().value();
  EXPECT_TRUE(done.finished);
  EXPECT_EQ(done.checkpoints, 1u);
  EXPECT_EQ(done.marked, needed.size());
  EXPECT_EQ(done.swept, before.size() - needed.size());
  EXPECT_GT(done.swept, 0u);
  EXPECT_EQ(done.bytes, bytes);
  expect_only_needed();
  erase(2);
  EXPECT_EQ(archive_.collect()->swept, needed.size());
  EXPECT_THAT(stored_nodes(*store_), IsEmpty());
}

TEST_F(NodeArchive, RandomTreesAndRandomErasuresLeaveExactlyWhatIsNeeded) {
  random_source random(11);
  model m;
  m.is = model::kind::map;
  value v = map();
  std::uint64_t at = 0;
  for (int round = 0; round < 150; ++round) {
    for (int i = 0; i < 20; ++i) change(v, m, random);
    put(++at, {v, built(random_model(random, 2), random)});
    while (trees_.size() > 1 && below(random, 3) != 0) {
      erase(number(std::next(trees_.begin(), long(below(random, trees_.size())))->first.at));
    }
    if (below(random, 4) != 0) continue;
    const auto stored = stored_nodes(*store_).size();
    const auto done = archive_.collect().value();
    ASSERT_EQ(done.marked + done.swept, stored);
    expect_only_needed();
    if (HasFatalFailure()) return;
  }
}

TEST_F(NodeArchive, ASavingThatEndsWithoutItsCheckpointLeavesNothingForLong) {
  {
    node_archive::saving saving(archive_);
    ASSERT_TRUE(save(tree_of(5'000, 1), saving));
    EXPECT_GT(stored_nodes(*store_).size(), 100u) << "it is written in parts";
    EXPECT_EQ(archive_.collect()->swept, 0u);
  }
  EXPECT_GT(archive_.collect()->swept, 100u);
  EXPECT_THAT(stored_nodes(*store_), IsEmpty());
}

TEST_F(NodeArchive, StoppedAtAnyMomentACollectionIsHarmless) {
  map large;
  for (int i = 0; i < 4'000; ++i) large.put("line" + std::to_string(i), std::string(60, 'a'));
  put(1, {tree_of(300, 1)});
  const auto collect_stopping_at = [&](int moment, auto& calls) {
    put(2, {large});
    erase(2);
    std::stop_source stop;
    int passed = 0;
    calls = [&] {
      if (++passed == moment) stop.request_stop();
    };
    const auto done = archive_.collect(stop.get_token());
    calls = [] {};
    EXPECT_TRUE(done);
    expect_whole(*store_);
    expect_all_load();
    // What is left of the tree may be relied on.
    put(2, {large});
    expect_all_load();
    erase(2);
    return !done || done->finished || HasFatalFailure();
  };
  int erasures = 0;
  while (!collect_stopping_at(erasures + 1, watched_.before_erasure)) ++erasures;
  EXPECT_GE(erasures, 3);
  for (int moment = 1; !collect_stopping_at(moment, watched_.before_node);) moment += 97;
  for (int moment = 1; !collect_stopping_at(moment, watched_.before_page);) ++moment;
  ASSERT_TRUE(archive_.collect()->finished);
  expect_only_needed();
}

// A saving of a tree whose nodes are about to go, begun at one moment of a collection and ended at
// another.
TEST_F(NodeArchive, WhatASavingReliesOnStaysWheneverACollectionRuns) {
  int moments = 0;
  for (int begin = 0; begin <= moments; ++begin) {
    for (int end = begin; end <= moments + 1; end += 1 + (end - begin) / 4) {
      put(1, {tree_of(40, 1)});
      put(2, {tree_of(40, 2)});
      erase(1);
      std::optional<node_archive::saving> saving;
      hash256 root;
      const auto step = [&](int now) {
        if (now == begin) {
          saving.emplace(archive_);
          root = save(tree_of(40, 1), *saving)->root;
        }
        if (now == end) {
          ASSERT_TRUE(saving->put_checkpoint({nth(3), {root}, "x"}));
          saving.reset();
        }
      };
      int now = 0;
      step(0);
      bool inside = false;  // the store is also asked by the step
      watched_.before_node = watched_.before_page = [&] {
        if (!std::exchange(inside, true)) {
          step(++now);
          inside = false;
        }
      };
      ASSERT_TRUE(archive_.collect()->finished);
      watched_.before_node = watched_.before_page = [] {};
      moments = std::max(moments, now);
      while (now < end) step(++now);
      trees_[nth(3)] = {tree_of(40, 1)};
      SCOPED_TRACE(std::to_string(begin) + " to " + std::to_string(end));
      expect_whole(*store_);
      expect_all_load();
      erase(2);
      erase(3);
      ASSERT_TRUE(archive_.collect()->finished);
      ASSERT_THAT(stored_nodes(*store_), IsEmpty());
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GT(moments, 30);
}

TEST_F(NodeArchive, ADamagedCheckpointIsNamedAndNothingIsSwept) {
  put(1, {tree_of(300, 1)});
  put(2, {tree_of(3, 2)});
  put(3, {tree_of(500, 3)});
  erase(3);
  const auto row = store_->checkpoint(nth(1)).value().value();
  const hash256 lost = below(*store_, row.roots[0]).front();
  ASSERT_TRUE(store_->erase_nodes({&lost, 1}, store_->opened()));
  const auto before = stored_nodes(*store_);
  const auto done = archive_.collect().value();
  EXPECT_FALSE(done.finished);
  ASSERT_THAT(done.damaged, SizeIs(1));
  EXPECT_EQ(done.damaged[0].checkpoint, nth(1));
  EXPECT_THAT(done.damaged[0].what.message, HasSubstr(lost.to_string()));
  EXPECT_EQ(stored_nodes(*store_), before);
  erase(1);
  EXPECT_TRUE(archive_.collect()->finished);
  expect_only_needed();
}

TEST_F(NodeArchive, Rule07_ADamagedCheckpointThatIsGivenUpKeepsWhatWasThereAndNothingElse) {
  put(1, {tree_of(300, 1)});
  put(2, {tree_of(400, 2)});
  put(3, {tree_of(500, 3)});
  const hash256 lost = store_->checkpoint(nth(1)).value()->roots[0];
  const auto damaged = trees_.extract(nth(1));
  const std::string whole = store_->node(lost).value().value();
  ASSERT_TRUE(store_->erase_nodes({&lost, 1}, store_->opened()));
  erase(3);
  const auto before = stored_nodes(*store_);
  ASSERT_FALSE(archive_.collect()->finished);
  archive_.give_up(nth(1));
  const auto first = archive_.collect().value();
  EXPECT_TRUE(first.finished);
  EXPECT_THAT(first.damaged, SizeIs(1));
  EXPECT_GT(first.spared, 0u);
  EXPECT_EQ(stored_nodes(*store_), before);
  // Others come and go; what they shared with it, and had before it was given up, stays.
  for (std::uint64_t round = 4; round < 8; ++round) {
    put(round, {tree_of(350, int(round))});
    if (round == 5) erase(2);
    EXPECT_TRUE(archive_.collect()->finished);
    expect_all_but(nth(1));
    EXPECT_TRUE(std::ranges::includes(stored_nodes(*store_), before));
    erase(round);
  }
  const auto last = archive_.collect().value();
  EXPECT_TRUE(last.finished);
  EXPECT_EQ(stored_nodes(*store_), before);
  // Whole again, it is what it was, and the rest goes.
  const journal::stored_node found{lost, whole};
  ASSERT_TRUE(store_->put_nodes({&found, 1}, store_->opened()));
  trees_.emplace(nth(1), damaged.mapped());
  EXPECT_TRUE(archive_.collect()->finished);
  expect_only_needed();
}

TEST_F(NodeArchive, OneCollectionAtATime) {
  put(1, {tree_of(3, 1)});
  std::optional<errc> second;
  watched_.before_page = [&] { second = archive_.collect().error().code; };
  EXPECT_TRUE(archive_.collect()->finished);
  EXPECT_EQ(second, errc::bad_input);
  watched_.before_page = [] {};
  EXPECT_TRUE(archive_.collect()->finished);
}

}  // namespace
}  // namespace theus::test
