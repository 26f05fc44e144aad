#include <map>
#include <optional>

#include <gtest/gtest.h>

#include "journal/keyed_store.hpp"
#include "journal/trimmed_runs.hpp"
#include "simulation/simulated_disk.hpp"

// Trims on a disk that loses a random end of what was not synced, in power cuts and when it is
// opened anew after it was full.
namespace theus::simulation {
namespace {

using journal::append_status;
using journal::before_first;
using journal::number;
using journal::run_id;
using journal::sequence;

constexpr std::size_t all = 100'000;

// A run as the journal is known to have it, and as it may have it besides.
struct watched_run {
  explicit watched_run(journal::test::wandering_run begun) : now(begun), maybe(begun) {}

  journal::test::wandering_run now, maybe;
  sequence trimmed = before_first;
  std::map<sequence, std::string> records;  // that were acknowledged and read
};

class trimming_world {
 public:
  explicit trimming_world(std::uint64_t seed)
      : draws_(stream_of(seed, "trimming")), disk_(stream_of(seed, "disk"), verdict_) {
    for (int i = 0; i < 3; ++i) {
      runs_.emplace_back(journal::test::wandering_run("run " + std::to_string(i), seed * 4 + i));
    }
  }

  // One process, until it is killed or loses its power, and what is left then.
  void live() {
    disk_.set_faults({.error = 0, .full = 0.02, .power_cut = 0.02, .lost_at_reopen = 0.5});
    bool power_lost = false;
    try {
      const auto store = open();
      if (const auto owner = store->acquire_epoch()) {
        for (auto left = draws_.uniform(1, 60); left > 0; --left) step(*store, *owner);
      }
      power_lost = draws_.bernoulli(0.5);
    } catch (const power_cut&) {
      power_lost = true;
    }
    power_cuts += power_lost;
    disk_.crash(power_lost);
    disk_.heal();
    const auto store = open();
    for (watched_run& run : runs_) look_at(*store, run);
    const auto rows = journal::test::rows_of(*store);
    ASSERT_TRUE(store->rebuild());
    EXPECT_EQ(journal::test::rows_of(*store), rows);
    ASSERT_TRUE(verdict_.holds()) << verdict_.violation();
  }

  int power_cuts = 0, trims = 0, trims_in_doubt = 0, refused_erasures = 0, reopened = 0;

 private:
  std::unique_ptr<journal::store> open() {
    for (;;) {
      auto opened = journal::keyed_store::open(disk_.attach(), {});
      if (opened) return std::move(*opened);
      if (opened.error().code != errc::disk_full) throw error_exception(opened.error());
      (void)disk_.attach()->reopen();
    }
  }

  void step(journal::store& store, journal::epoch owner) {
    if (store.trouble()) {
      if (!store.reopen()) return;
      ++reopened;
      for (watched_run& run : runs_) look_at(store, run);
      return;
    }
    watched_run& run = runs_[draws_.uniform<std::size_t>(0, runs_.size() - 1)];
    switch (draws_.uniform(0, 9)) {
      case 0:
        return erase_some(store, run);
      case 1:
      case 2:
        return trim(store, owner, run);
      default:
        if (!run.now.is_over()) append(store, owner, run);
    }
  }

  void append(journal::store& store, journal::epoch owner, watched_run& run) {
    auto record = run.maybe.next();
    const auto answer = journal::test::extend(store, owner, run.now.run(), {std::move(record)});
    if (answer.status == append_status::committed) settle(store, run);
  }

  void trim(journal::store& store, journal::epoch owner, watched_run& run) {
    const sequence through = run.now.settled();
    if (through <= run.trimmed) return;
    if (!journal::test::put_checkpoint_at(store, {run.now.run(), through})) return;
    auto made = journal::make_anchor(store, {run.now.run(), through});
    ASSERT_TRUE(made) << made.error().message;
    run.maybe.grew();
    const auto answer = journal::test::append_anchor(store, owner, run.now.run(), *made);
    ASSERT_NE(answer.status, append_status::conflict) << journal::test::refusal(answer);
    ++(answer.status == append_status::committed ? trims : trims_in_doubt);
    if (answer.status == append_status::committed) settle(store, run);
  }

  void erase_some(journal::store& store, watched_run& run) {
    const auto ids = store.checkpoints(run.now.run(), all).value();
    if (ids.empty()) return;
    const auto& id = ids[draws_.uniform<std::size_t>(0, ids.size() - 1)];
    const auto erased = store.erase_checkpoint(id);
    if (erased || erased.error().code != errc::bad_input) return;
    EXPECT_EQ(id.at, run.trimmed) << "no other is kept from being erased";
    ++refused_erasures;
  }

  // The last append of the run is there.
  void settle(journal::store& store, watched_run& run) {
    run.now = run.maybe;
    const auto place = store.trimmed(run.now.run()).value();
    if (place) run.trimmed = place->through;
    const auto last = store.read_raw(run.now.run(), sequence{run.now.size()}, 1).value();
    run.records.emplace(sequence{run.now.size()}, last.at(0));
  }

  // After whatever happened: all that was acknowledged is there, or its anchor and checkpoint are.
  void look_at(journal::store& store, watched_run& run) {
    const run_id id = run.now.run();
    const auto head = store.head_of(id).value().value_or(journal::head());
    ASSERT_TRUE(number(head.at) == run.now.size() || number(head.at) == run.maybe.size());
    const auto place = store.trimmed(id).value();
    const sequence through = place ? place->through : before_first;
    EXPECT_GE(through, run.trimmed);
    const auto records = store.read_raw(id, next(through), all).value();
    ASSERT_EQ(number(through) + records.size(), number(head.at));
    for (const auto& [at, bytes] : run.records) {
      if (at <= through) continue;
      EXPECT_EQ(records[number(at) - number(through) - 1], bytes);
    }
    if (place) {
      EXPECT_EQ(store.read(id, through, 1).error().code, errc::trimmed);
      const auto row = journal::anchored_checkpoint(store, id);
      ASSERT_TRUE(row) << row.error().message;
      for (const auto& root : (*row)->roots) EXPECT_TRUE(store.holds_node(root).value());
    }
    if (number(head.at) == run.maybe.size() && run.maybe.size() != run.now.size()) {
      settle(store, run);
    }
    run.trimmed = through;
    run.maybe = run.now;
  }

  random_stream draws_;
  verdict verdict_;
  simulated_disk disk_;
  std::vector<watched_run> runs_;
};

TEST(SimulatedTrimming, Rule07ARunHasItsRecordsOrItsCheckpointWhateverAPowerCutLeaves) {
  int power_cuts = 0, trims = 0, trims_in_doubt = 0, refused_erasures = 0, reopened = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE(seed);
    trimming_world world(seed);
    for (int process = 0; process < 6; ++process) {
      world.live();
      if (::testing::Test::HasFailure()) return;
    }
    power_cuts += world.power_cuts;
    trims += world.trims;
    trims_in_doubt += world.trims_in_doubt;
    refused_erasures += world.refused_erasures;
    reopened += world.reopened;
  }
  std::printf("%d power cuts, %d reopenings, %d trims, %d in doubt, %d erasures refused\n",
              power_cuts, reopened, trims, trims_in_doubt, refused_erasures);
  EXPECT_GT(power_cuts, 200);
  EXPECT_GT(trims, 500);
  EXPECT_GT(trims_in_doubt, 20);
  EXPECT_GT(refused_erasures, 50);
  EXPECT_GT(reopened, 50);
}

}  // namespace
}  // namespace theus::simulation
