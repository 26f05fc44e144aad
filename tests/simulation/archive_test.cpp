#include <exception>
#include <optional>

#include <gtest/gtest.h>

#include "journal/keyed_store.hpp"
#include "journal/support.hpp"
#include "runtime/support/kept_trees.hpp"
#include "simulation/simulated_disk.hpp"

// Checkpoints, nodes and collections on a disk that loses a random end of what was not synced, in
// power cuts and when it is opened anew after it was full.
namespace theus::simulation {
namespace {

using journal::checkpoint_id;
using journal::sequence;

class archive_world {
 public:
  explicit archive_world(std::uint64_t seed)
      : draws_(stream_of(seed, "archive")), disk_(stream_of(seed, "disk"), verdict_) {}

  // One process, until it is killed or loses its power, and what is left then.
  void live() {
    disk_.set_faults({.error = 0, .full = 0.03, .power_cut = 0.01, .lost_at_reopen = 0.5});
    bool power_lost = false;
    try {
      const auto store = open();
      node_archive archive(*store);
      std::optional<begun> one;
      for (auto left = draws_.uniform(1, 60); left > 0; --left) step(*store, archive, one);
      power_lost = draws_.bernoulli(0.5);
    } catch (const power_cut&) {
      power_lost = true;
    }
    power_cuts += power_lost;
    disk_.crash(power_lost);
    disk_.heal();
    const auto store = open();
    node_archive archive(*store);
    test::expect_whole(*store);
    for (const auto& id : test::stored_checkpoints(*store)) {
      test::expect_loads(*store, archive, *put_.find(id));
      ++loaded;
    }
    ASSERT_TRUE(verdict_.holds()) << verdict_.violation();
  }

  int power_cuts = 0, loaded = 0, put = 0, refused = 0, reopened = 0;
  std::uint64_t swept = 0;

 private:
  std::unique_ptr<journal::store> open() {
    for (;;) {
      auto opened = journal::keyed_store::open(disk_.attach(), {});
      if (opened) return std::move(*opened);
      if (opened.error().code != errc::disk_full) throw error_exception(opened.error());
      (void)disk_.attach()->reopen();
    }
  }

  // A saving whose tree is put and whose checkpoint is not.
  struct begun {
    begun(node_archive& archive, value state) : saving(archive), tree(std::move(state)) {
      root = save(tree, saving);
    }
    node_archive::saving saving;
    value tree;
    result<saved_nodes> root;
  };

  void step(journal::store& store, node_archive& archive, std::optional<begun>& one) {
    if (store.trouble()) {
      reopened += store.reopen().has_value();
      return;
    }
    switch (draws_.uniform(0, 11)) {
      case 0:
      case 1:
        (void)store.acquire_epoch();  // a commit: what was put before it is durable
        break;
      case 2:
      case 3:
        forget(store);
        break;
      case 4: {
        const auto done = archive.collect();
        if (done) swept += done->swept;
        EXPECT_TRUE(done ? done->finished : done.error().code == errc::disk_full);
        break;
      }
      case 5:
      case 6:
        if (!one) {
          one.emplace(archive, next_state());
        } else {
          if (one->root) finish(*one);
          one.reset();
        }
        break;
      default:
        remember(archive);
    }
  }

  void finish(begun& one) {
    const checkpoint_id id{journal::test::run_of("a"), sequence(++last_)};
    put_.emplace(id, std::vector{one.tree});
    count(one.saving.put_checkpoint({id, {one.root->root}, "x"}));
  }

  void count(const result<void>& done) {
    ++(done ? put : refused);
    if (!done) {
      EXPECT_EQ(done.error().code, errc::disk_full) << done.error().message;
    }
  }

  // Like one of a few before, so that it shares nodes with what is there, was, or is being put.
  value next_state() {
    value state = test::tree_of(draws_.uniform(1, 4) * 40, draws_.uniform(0, 2));
    for (int i = 0; i < 5; ++i) {
      state.edit_map().put("era" + std::to_string(i), std::string(200 + last_ / 4, char('a' + i)));
    }
    return state;
  }

  void forget(journal::store& store) {
    const auto ids = test::stored_checkpoints(store);
    if (ids.empty()) return;
    (void)store.erase_checkpoint(ids[draws_.uniform<std::size_t>(0, ids.size() - 1)]);
  }

  void remember(node_archive& archive) {
    const checkpoint_id id{journal::test::run_of("a"), sequence(++last_)};
    const auto one = put_.emplace(id, std::vector{next_state(), value(last_)});
    count(test::put_trees(archive, *one.first));
  }

  random_stream draws_;
  verdict verdict_;
  simulated_disk disk_;
  test::trees put_;
  std::int64_t last_ = 0;
};

TEST(SimulatedArchive, ACheckpointHasItsNodesWhateverAPowerCutLeaves) {
  int power_cuts = 0, loaded = 0, put = 0, refused = 0, reopened = 0;
  std::uint64_t swept = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    archive_world world(seed);
    for (int process = 0; process < 5; ++process) {
      world.live();
      if (::testing::Test::HasFailure()) return;
    }
    power_cuts += world.power_cuts;
    loaded += world.loaded;
    put += world.put;
    refused += world.refused;
    swept += world.swept;
    reopened += world.reopened;
  }
  std::printf(
      "%d power cuts, %d reopenings, %d checkpoints put, %d refused, %d read back, %d nodes "
      "swept\n",
      power_cuts, reopened, put, refused, loaded, int(swept));
  EXPECT_GT(power_cuts, 50);
  EXPECT_GT(loaded, 500);
  EXPECT_GT(refused, 10);
  EXPECT_GT(reopened, 50);
  EXPECT_GT(swept, 500u);
}

}  // namespace
}  // namespace theus::simulation
