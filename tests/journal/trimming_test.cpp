#include <atomic>
#include <filesystem>
#include <map>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/each_store.hpp"
#include "journal/trimmed_runs.hpp"

// What every store promises of anchors and trimmed runs; each runs all of it.
namespace theus::journal {
namespace {

using namespace test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::size_t all = 1'000'000;

class Trimming : public each_store {
 protected:
  append_status append(run_id run, record r) {
    return extend(*journal_, owner_, run, {std::move(r)}).status;
  }
  // A run of ten turns, each of which asked for an activity and ended the one before.
  run_id ten_turns(const std::string& id) {
    const run_id run = run_of(id, ++runs_);
    EXPECT_EQ(append(run, start_of(id, {activity(1)}, "request")), append_status::committed);
    for (std::uint32_t i = 2; i <= 10; ++i) {
      EXPECT_EQ(append(run, turn_of({completed(i - 1)}, {activity(i)})), append_status::committed);
    }
    return run;
  }
  anchor anchor_at(run_id run, std::uint64_t through) {
    put_checkpoint_at(*journal_, {run, sequence{through}}).value();
    return make_anchor(*journal_, {run, sequence{through}}).value();
  }
  append_answer append_anchor(run_id run, anchor a) {
    return test::append_anchor(*journal_, owner_, run, std::move(a));
  }
  std::vector<sequence> sequences(run_id run, std::uint64_t from) {
    std::vector<sequence> found;
    for (const auto& r : journal_->read(run, sequence{from}, all).value()) {
      found.push_back(r.value.at);
    }
    return found;
  }

  std::uint64_t runs_ = 0;
};

TEST_P(Trimming, Rule07AnAnchorTakesTheRecordsItReplacesWithIt) {
  const run_id run = ten_turns("a");
  const auto seventh = journal_->read(run, sequence{7}, 1).value().front();
  const all_rows before = rows_of(*journal_);
  EXPECT_EQ(journal_->trimmed(run).value(), std::nullopt);
  const checkpoint_row row = put_checkpoint_at(*journal_, {run, sequence{7}}).value();
  const anchor made = make_anchor(*journal_, row.id).value();
  ASSERT_EQ(append_anchor(run, made).status, append_status::committed);

  EXPECT_THAT(sequences(run, 8), ElementsAre(sequence{8}, sequence{9}, sequence{10}, sequence{11}));
  const anchor_place place = journal_->trimmed(run).value().value();
  EXPECT_EQ(place, (anchor_place{sequence{7}, sequence{11}, seventh.hash, manifest_of(row)}));
  EXPECT_EQ(anchored_checkpoint(*journal_, run).value(), row);
  EXPECT_EQ(rows_of(*journal_), before) << "nothing else has happened";
  EXPECT_EQ(journal_->head_of(run).value()->at, sequence{11});
  EXPECT_EQ(std::get<anchor>(journal_->read(run, sequence{11}, 1).value().front().value.body),
            made);
  EXPECT_EQ(append(run, turn_of({completed(10)}, {complete_run{"1"}})), append_status::committed);
  EXPECT_EQ(journal_->instance(run).value()->status, run_status::completed);
}

TEST_P(Trimming, Rule07ReadingWhatIsGoneIsAnErrorThatSaysWhereTheRunBegins) {
  const run_id run = ten_turns("a");
  ASSERT_EQ(append_anchor(run, anchor_at(run, 7)).status, append_status::committed);
  for (const std::uint64_t from : {0u, 1u, 7u}) {
    const auto read = journal_->read(run, sequence{from}, all);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, errc::trimmed);
    EXPECT_EQ(read.error().message,
              "records 1 to 7 of run " + run.to_string() +
                  " were trimmed; its history begins with its checkpoint at 7");
    EXPECT_EQ(journal_->read_raw(run, sequence{from}, 1).error().code, errc::trimmed);
  }
  EXPECT_THAT(journal_->read_raw(run, sequence{8}, all).value(), SizeIs(4));
}

TEST_P(Trimming, Rule07ATailPassesWhatIsGone) {
  const run_id a = ten_turns("a");
  const run_id b = ten_turns("b");
  ASSERT_EQ(append_anchor(a, anchor_at(a, 9)).status, append_status::committed);
  for (const std::size_t page : {std::size_t{1}, std::size_t{3}, all}) {
    std::map<run_id, std::vector<sequence>> seen;
    for (position at;;) {
      const auto entries = journal_->tail(at, page).value();
      if (entries.empty()) break;
      for (const tail_entry& e : entries) seen[e.run].push_back(e.record.value.at);
      at = entries.back().at;
    }
    EXPECT_THAT(seen[a], ElementsAre(sequence{10}, sequence{11}));
    EXPECT_THAT(seen[b], SizeIs(10));
  }
}

TEST_P(Trimming, Rule07AnAnchorThatDoesNotFitIsAConflictThatSaysWhy) {
  const run_id run = ten_turns("a");
  const anchor good = anchor_at(run, 5);
  const auto refused_for = [&](anchor bad) { return refusal(append_anchor(run, bad)); };
  anchor bad = good;
  bad.through = sequence{6};
  EXPECT_THAT(refused_for(bad), HasSubstr("names another record"));
  bad.last = journal_->read(run, sequence{6}, 1).value().front().hash;
  EXPECT_THAT(refused_for(bad), HasSubstr("no checkpoint of run " + run.to_string()));
  bad = good;
  bad.manifest.bytes[0] ^= 1;
  EXPECT_THAT(refused_for(bad), HasSubstr("is not the anchor's"));
  record with_it;
  with_it.raw_time = at_ms(1'000);
  bad = good;
  bad.through = sequence{11};
  with_it.body = bad;
  EXPECT_THAT(refusal(extend(*journal_, owner_, run, {turn_of({}, {}), with_it})),
              HasSubstr("not there yet"));
  bad = good;
  bad.workflow_id = "b";
  EXPECT_THAT(refused_for(bad), HasSubstr("another run"));
  EXPECT_THAT(sequences(run, 1), SizeIs(10)) << "and nothing was written";

  ASSERT_EQ(append_anchor(run, good).status, append_status::committed);
  EXPECT_THAT(refused_for(good), HasSubstr("trims no more than the one at record 11"));
  ASSERT_EQ(append_anchor(run, anchor_at(run, 6)).status, append_status::committed);
  EXPECT_EQ(journal_->trimmed(run).value()->through, sequence{6});
  EXPECT_EQ(journal_->trouble(), std::nullopt);
}

TEST_P(Trimming, Rule07TheTurnThatEndedARunIsNotTrimmed) {
  const run_id run = ten_turns("a");
  ASSERT_EQ(append(run, turn_of({}, {complete_run{"1"}})), append_status::committed);
  put_checkpoint_at(*journal_, {run, sequence{11}}).value();
  EXPECT_EQ(make_anchor(*journal_, {run, sequence{11}}).error().code, errc::bad_input);
  anchor forced = anchor_at(run, 9);
  EXPECT_EQ(append_anchor(run, forced).status, append_status::committed);
  forced.through = sequence{11};
  forced.last = journal_->read(run, sequence{11}, 1).value().front().hash;
  EXPECT_THAT(refusal(append_anchor(run, forced)), HasSubstr("the turn that ended the run"));
  EXPECT_EQ(append_anchor(run, anchor_at(run, 10)).status, append_status::committed);
  EXPECT_EQ(journal_->instance(run).value()->status, run_status::completed);
}

TEST_P(Trimming, AnAnchorIsMadeOnlyOfACheckpointBehindASettledTurn) {
  const run_id run = ten_turns("a");
  EXPECT_EQ(make_anchor(*journal_, {run, sequence{5}}).error().code, errc::not_found);
  put_checkpoint_at(*journal_, {run, sequence{50}}).value();
  EXPECT_EQ(make_anchor(*journal_, {run, sequence{50}}).error().code, errc::not_found);
  ASSERT_EQ(append(run, intake_of({signal_received{"hello", "1", std::nullopt, ""}})),
            append_status::committed);
  put_checkpoint_at(*journal_, {run, sequence{11}}).value();
  EXPECT_EQ(make_anchor(*journal_, {run, sequence{11}}).error().code, errc::bad_input);
  ASSERT_EQ(append_anchor(run, anchor_at(run, 10)).status, append_status::committed);
  put_checkpoint_at(*journal_, {run, sequence{4}}).value();
  EXPECT_EQ(make_anchor(*journal_, {run, sequence{4}}).error().code, errc::trimmed);
}

TEST_P(Trimming, Rule07AnAnchoredCheckpointIsNeitherErasedNorReplaced) {
  const run_id run = ten_turns("a");
  const checkpoint_row row = put_checkpoint_at(*journal_, {run, sequence{5}}).value();
  checkpoint_row other = row;
  other.bytes = "other";
  ASSERT_TRUE(journal_->put_checkpoint(other, journal_->opened()));
  ASSERT_TRUE(journal_->put_checkpoint(row, journal_->opened()));
  ASSERT_EQ(trim(*journal_, owner_, run, sequence{5}).status, append_status::committed);

  const auto erased = journal_->erase_checkpoint(row.id);
  ASSERT_FALSE(erased);
  EXPECT_EQ(erased.error().code, errc::bad_input);
  EXPECT_THAT(erased.error().message, HasSubstr("run " + run.to_string() + " at record 5"));
  EXPECT_EQ(journal_->put_checkpoint(other, journal_->opened()).error().code, errc::bad_input);
  EXPECT_TRUE(journal_->put_checkpoint(row, journal_->opened())) << "the same once more";
  EXPECT_EQ(anchored_checkpoint(*journal_, run).value(), row);
  put_checkpoint_at(*journal_, {run, sequence{8}}).value();
  EXPECT_TRUE(journal_->erase_checkpoint({run, sequence{8}})) << "no anchor names it";

  ASSERT_EQ(trim(*journal_, owner_, run, sequence{8}).status, append_status::committed);
  EXPECT_TRUE(journal_->erase_checkpoint(row.id)) << "no longer the newest anchor's";
  EXPECT_EQ(journal_->erase_checkpoint({run, sequence{8}}).error().code, errc::bad_input);
  EXPECT_EQ(journal_->trouble(), std::nullopt);
}

TEST_P(Trimming, Rule07ACheckpointIsTruthFromTheMomentItsAnchorIsBegun) {
  const run_id run = ten_turns("a");
  record r;
  r.raw_time = at_ms(1'000);
  r.body = anchor_at(run, 5);
  const unit u =
      unit::make(run, owner_, journal_->head_of(run).value().value(), std::move(r)).value();
  const auto begun = journal_->begin_append({&u, 1});
  EXPECT_EQ(journal_->erase_checkpoint({run, sequence{5}}).error().code, errc::bad_input);
  EXPECT_THAT(journal_->read(run, first_sequence, all).value(), SizeIs(10)) << "not durable yet";
  EXPECT_EQ(journal_->finish_append(begun).front().status, append_status::committed);
  EXPECT_EQ(journal_->erase_checkpoint({run, sequence{5}}).error().code, errc::bad_input);
  EXPECT_EQ(journal_->read(run, first_sequence, all).error().code, errc::trimmed);
}

TEST_P(Trimming, Rule07WhereARunBeginsIsKnownWhileItIsTrimmedFurther) {
  const run_id run = ten_turns("a");
  ASSERT_EQ(trim(*journal_, owner_, run, sequence{1}).status, append_status::committed);
  std::atomic<bool> is_over = false;
  std::jthread trims([&] {
    for (std::uint32_t i = 11; i < 111; ++i) {
      const auto last = journal_->head_of(run).value()->at;
      trim(*journal_, owner_, run, last);
      append(run, turn_of({completed(i - 1)}, {activity(i)}));
      // What was truth before is truth no more.
      journal_->erase_checkpoint(journal_->checkpoints(run, 2).value().back());
    }
    is_over = true;
  });
  sequence through = before_first;
  while (!is_over) {
    const auto place = journal_->trimmed(run);
    ASSERT_TRUE(place) << place.error().message;
    EXPECT_GE((*place)->through, through);
    through = (*place)->through;
    const auto row = anchored_checkpoint(*journal_, run);
    ASSERT_TRUE(row) << row.error().message;
    EXPECT_GE((*row)->id.at, through);
  }
}

TEST_P(Trimming, Rule07AStaleEpochOrAnOldHeadTrimsNothing) {
  const run_id run = ten_turns("a");
  const anchor made = anchor_at(run, 5);
  const head outdated = journal_->head_of(run).value().value();
  record r;
  r.raw_time = at_ms(1'000);
  r.body = made;
  ASSERT_EQ(append(run, turn_of({completed(10)}, {})), append_status::committed);
  EXPECT_EQ(append_one(*journal_, unit::make(run, owner_, outdated, r).value()).status,
            append_status::conflict);
  const epoch stale = owner_;
  owner_ = journal_->acquire_epoch().value();
  EXPECT_EQ(test::append_anchor(*journal_, stale, run, made).status, append_status::fenced);
  EXPECT_THAT(sequences(run, 1), SizeIs(11));
}

// Runs that wander, are trimmed at random places, and lose messages to acknowledgements.
class trimmed_at_random {
 public:
  trimmed_at_random(store& journal, epoch owner, std::uint64_t seed)
      : journal_(&journal), owner_(owner), draw_(seed) {
    for (std::uint64_t i = 0; i < 5; ++i) {
      runs_.emplace_back("run " + std::to_string(seed) + "/" + std::to_string(i), seed * 8 + i);
    }
  }

  void step() {
    wandering_run& chosen = runs_[draw_() % runs_.size()];
    if (draw_() % 10 == 0) {
      trim(chosen);
    } else if (!chosen.is_over()) {
      ASSERT_EQ(extend(*journal_, owner_, chosen.run(), {chosen.next()}).status,
                append_status::committed);
    }
    if (draw_() % 8 != 0) return;
    const auto messages = journal_->messages({}, all).value();
    if (messages.empty()) return;
    const message_row& one = messages[draw_() % messages.size()];
    ASSERT_TRUE(journal_->acknowledge(id_of(one)));
  }

  void expect_rebuilt_as_they_were() {
    const all_rows live = rows_of(*journal_);
    open_rows += live.timers.size() + live.tasks.size() + live.messages.size();
    std::map<run_id, std::optional<anchor_place>> places;
    for (const auto& r : runs_) places[r.run()] = journal_->trimmed(r.run()).value();
    ASSERT_TRUE(journal_->rebuild());
    EXPECT_EQ(rows_of(*journal_), live);
    for (const auto& r : runs_) {
      EXPECT_EQ(journal_->trimmed(r.run()).value(), places[r.run()]);
      EXPECT_EQ(journal_->run_of(r.workflow_id()).value(), r.run());
      EXPECT_EQ(journal_->run_of_request(r.workflow_id(), "request of " + r.workflow_id()).value(),
                r.run());
    }
  }
  void goes_on_in(store& journal, epoch owner) {
    journal_ = &journal;
    owner_ = owner;
  }

  std::size_t trims = 0, open_rows = 0;

 private:
  void trim(wandering_run& chosen) {
    const auto gone = journal_->trimmed(chosen.run()).value();
    if (chosen.settled() <= (gone ? gone->through : before_first)) return;
    const auto answer = test::trim(*journal_, owner_, chosen.run(), chosen.settled());
    ASSERT_EQ(answer.status, append_status::committed) << refusal(answer);
    chosen.grew();
    ++trims;
  }

  store* journal_;
  epoch owner_;
  std::mt19937_64 draw_;
  std::vector<wandering_run> runs_;
};

TEST_P(Trimming, Rule07RebuiltRowsEqualTheLiveOnesWhateverWasTrimmed) {
  std::size_t trims = 0, open_rows = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    journal_.reset();
    std::filesystem::remove_all(folder_ / "journal");
    store_options forgetful;
    forgetful.cached_heads = seed % 2 ? 2 : 1'000;
    open(forgetful);
    trimmed_at_random runs(*journal_, owner_, seed);
    for (int part = 0; part < 5; ++part) {
      for (int i = 0; i < 80; ++i) runs.step();
      runs.expect_rebuilt_as_they_were();
      if (GetParam()) open(forgetful);
      runs.goes_on_in(*journal_, owner_);
      if (HasFailure()) return;
    }
    trims += runs.trims;
    open_rows += runs.open_rows;
  }
  EXPECT_GT(trims, 150u);
  EXPECT_GT(open_rows, 1'000u);
}

// The claim of an id belongs to the run that took it last, whenever the one before was trimmed.
TEST_P(Trimming, Rule07ARebuildKeepsTheOrderOfClaims) {
  const run_id first = ten_turns("a");
  ASSERT_EQ(append(first, turn_of({}, {complete_run{"1"}})), append_status::committed);
  const run_id second = run_of("a", 77);
  ASSERT_EQ(append(second, start_of("a", {}, "another")), append_status::committed);
  ASSERT_EQ(append_anchor(first, anchor_at(first, 10)).status, append_status::committed);
  const all_rows live = rows_of(*journal_);
  ASSERT_TRUE(journal_->rebuild());
  EXPECT_EQ(journal_->run_of("a").value(), second);
  EXPECT_EQ(journal_->run_of_request("a", "request").value(), first);
  EXPECT_EQ(rows_of(*journal_), live);
}

INSTANTIATE_TEST_SUITE_P(Every, Trimming, ::testing::Bool(), [](const auto& durable) {
  return std::string(durable.param ? "rocksdb" : "memory");
});

}  // namespace
}  // namespace theus::journal
