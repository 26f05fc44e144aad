#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "theus/journal/fail_point.hpp"

#include "journal/support.hpp"

// Appends of which one is prepared while another goes to the disk.
namespace theus::journal {
namespace {

using namespace test;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class BegunAppend : public ::testing::TestWithParam<bool> {
 protected:
  BegunAppend() { open(); }
  ~BegunAppend() override { arm_fail_points(""); }

  void open(const store_options& options = {}) {
    journal_.reset();
    journal_ = GetParam() ? open_journal(folder_ / "journal", options) : make_memory_store(options);
    owner_ = journal_->acquire_epoch().value();
  }
  unit unit_behind(run_id run, const head& before, record r) {
    return unit::make(run, owner_, before, std::move(r)).value();
  }
  unit next_unit(run_id run, record r) {
    return unit_behind(run, journal_->head_of(run).value().value_or(head()), std::move(r));
  }
  append_ticket begin(const unit& u) { return journal_->begin_append({&u, 1}); }
  append_answer finish(append_ticket begun) { return journal_->finish_append(begun).front(); }
  std::size_t records(run_id run) {
    return journal_->read(run, first_sequence, 100).value().size();
  }

  temporary_folder folder_;
  std::unique_ptr<store> journal_;
  epoch owner_{};
};

TEST_P(BegunAppend, IsSeenByNobodyUntilItIsFinished) {
  const run_id run = run_of("a");
  const unit opening = next_unit(run, start_of("a", {activity(1)}));
  const auto begun = begin(opening);
  EXPECT_EQ(records(run), 0u);
  EXPECT_EQ(journal_->head_of(run).value(), std::nullopt);
  EXPECT_EQ(journal_->run_of("a").value(), std::nullopt);
  EXPECT_THAT(journal_->tasks({}, 10).value(), IsEmpty());
  EXPECT_THAT(journal_->tail({}, 10).value(), IsEmpty());
  EXPECT_EQ(finish(begun).status, append_status::committed);
  EXPECT_EQ(records(run), 1u);
  EXPECT_EQ(journal_->head_of(run).value(), opening.resulting_head());

  const unit second = next_unit(run, turn_of({completed(1)}, {}));
  const auto again = begin(second);
  EXPECT_EQ(journal_->head_of(run).value(), opening.resulting_head());
  EXPECT_EQ(finish(again).status, append_status::committed);
  EXPECT_EQ(journal_->head_of(run).value(), second.resulting_head());
}

TEST_P(BegunAppend, OthersAreTakenBesideItAndMayBeFinishedFirst) {
  const unit a = next_unit(run_of("a"), start_of("a"));
  const unit b = next_unit(run_of("b"), start_of("b"));
  const unit c = next_unit(run_of("c"), start_of("c"));
  const auto first = begin(a);
  const auto second = begin(b);
  EXPECT_EQ(finish(second).status, append_status::committed);
  const auto third = begin(c);
  EXPECT_EQ(finish(first).status, append_status::committed);
  EXPECT_EQ(finish(third).status, append_status::committed);
  for (const char* id : {"a", "b", "c"}) EXPECT_EQ(records(run_of(id)), 1u);
  EXPECT_THAT(journal_->tail({}, 10).value(), SizeIs(3));
}

TEST_P(BegunAppend, NothingBuildsOnWhatIsNotDurable) {
  const run_id run = run_of("a");
  const unit opening = next_unit(run, start_of("a"));
  const auto begun = begin(opening);
  const unit behind = unit_behind(run, opening.resulting_head(), turn_of({}, {activity(1)}));
  EXPECT_EQ(append_one(*journal_, opening).status, append_status::conflict);
  EXPECT_EQ(append_one(*journal_, behind).status, append_status::conflict);
  const auto other = append_one(*journal_, next_unit(run_of("a", 2), start_of("a")));
  EXPECT_EQ(other.status, append_status::conflict) << "the workflow id is claimed";
  EXPECT_EQ(other.holder, run);
  EXPECT_EQ(records(run), 1u) << "an answer that rests on it is given when it is durable";
  EXPECT_EQ(finish(begun).status, append_status::committed);
  EXPECT_EQ(append_one(*journal_, behind).status, append_status::committed);

  const unit next_turn = next_unit(run, turn_of({completed(1)}, {}));
  const auto again = begin(next_turn);
  EXPECT_EQ(append_one(*journal_, next_turn).status, append_status::conflict);
  EXPECT_EQ(finish(again).status, append_status::committed);
}

TEST_P(BegunAppend, WhatTheCacheHasNoRoomForIsStillConsistent) {
  for (const std::size_t room : {0u, 1u}) {
    store_options small;
    small.cached_heads = room;
    open(small);
    std::vector<unit> units;
    std::vector<append_ticket> begun;
    const std::string prefix = "room" + std::to_string(room);
    for (int i = 0; i < 4; ++i) {
      const std::string id = prefix + std::to_string(i);
      units.push_back(next_unit(run_of(id), start_of(id, {activity(1)})));
    }
    for (const unit& u : units) begun.push_back(begin(u));
    for (const auto ticket : begun) EXPECT_EQ(finish(ticket).status, append_status::committed);
    for (unit& u : units) u = next_unit(u.run(), turn_of({completed(1)}, {}));
    begun.clear();
    for (const unit& u : units) begun.push_back(begin(u));
    for (const auto ticket : begun) EXPECT_EQ(finish(ticket).status, append_status::committed);
    for (const unit& u : units) EXPECT_EQ(records(u.run()), 2u);
  }
}

TEST_P(BegunAppend, OneThatFailsHarmsNoneThatWasWrittenBeforeIt) {
  const unit a = next_unit(run_of("a"), start_of("a"));
  const unit b = next_unit(run_of("b"), start_of("b"));
  const auto first = begin(a);
  arm_fail_points("append.before_write=full@1");
  const auto second = begin(b);
  EXPECT_EQ(finish(first).status, append_status::committed);
  const auto refused = finish(second);
  EXPECT_EQ(refused.status, append_status::unknown);
  EXPECT_EQ(refused.why->code, errc::disk_full);
  ASSERT_TRUE(journal_->reopen());
  EXPECT_EQ(records(run_of("a")), 1u);
  EXPECT_EQ(records(run_of("b")), 0u);
  EXPECT_EQ(append_one(*journal_, b).status, append_status::committed);
}

TEST_P(BegunAppend, AFailedSyncLeavesAllOfThemUnknown) {
  const unit a = next_unit(run_of("a"), start_of("a"));
  const unit b = next_unit(run_of("b"), start_of("b"));
  const auto first = begin(a);
  const auto second = begin(b);
  arm_fail_points("append.after_sync=error@1");
  EXPECT_EQ(finish(first).status, append_status::unknown);
  EXPECT_EQ(finish(second).status, append_status::unknown);
  EXPECT_EQ(journal_->trouble()->code, errc::io_error);
  EXPECT_EQ(journal_->reopen().error().code, errc::io_error);
}

TEST_P(BegunAppend, OneThatIsFinishedAfterTheJournalWasOpenedAnewIsUnknown) {
  const unit a = next_unit(run_of("a"), start_of("a"));
  const unit b = next_unit(run_of("b"), start_of("b"));
  const auto first = begin(a);
  arm_fail_points("append.before_write=full@1");
  EXPECT_EQ(append_one(*journal_, b).status, append_status::unknown);
  ASSERT_TRUE(journal_->reopen());
  const auto answer = finish(first);
  if (answer.status != append_status::committed) {
    EXPECT_EQ(answer.status, append_status::unknown);
    EXPECT_TRUE(answer.why);
  }
  EXPECT_EQ(append_one(*journal_, b).status, append_status::committed);
  EXPECT_LE(records(run_of("a")), 1u);
}

TEST_P(BegunAppend, WhatIsRefusedForSomethingThatNeverBecameDurableIsUnknown) {
  const unit a = next_unit(run_of("a", 1), start_of("a"));
  const unit b = next_unit(run_of("a", 2), start_of("a"));
  const std::vector<unit> same_id{next_unit(run_of("b", 1), start_of("b")),
                                  next_unit(run_of("b", 2), start_of("b"))};
  const auto first = begin(a);
  const auto second = begin(b);
  const auto third = journal_->begin_append(same_id);
  arm_fail_points("append.after_sync=error@1");
  EXPECT_EQ(finish(second).status, append_status::unknown);
  EXPECT_EQ(finish(first).status, append_status::unknown);
  for (const auto& answer : journal_->finish_append(third)) {
    EXPECT_EQ(answer.status, append_status::unknown);
    EXPECT_EQ(answer.holder, std::nullopt);
  }
}

TEST_P(BegunAppend, AFullDiskBehindAFailedSyncDoesNotMakeItForgotten) {
  const unit a = next_unit(run_of("a"), start_of("a"));
  const unit b = next_unit(run_of("b"), start_of("b"));
  const auto first = begin(a);
  arm_fail_points("append.before_write=full@1,append.after_sync=error@1");
  const auto second = begin(b);
  EXPECT_EQ(finish(first).status, append_status::unknown);
  EXPECT_EQ(finish(second).status, append_status::unknown);
  EXPECT_EQ(journal_->reopen().error().code, errc::io_error);
}

TEST_P(BegunAppend, TwoThreadsBeginAndFinishWhileOthersRead) {
  constexpr int turns = 200;
  std::atomic<int> committed = 0;
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) {
      for (const char* id : {"left", "right"}) {
        const auto newest = journal_->head_of(run_of(id)).value();
        const std::size_t seen = records(run_of(id));
        if (newest) {
          EXPECT_GE(seen, std::min<std::size_t>(100, number(newest->at)));
        }
      }
    }
  });
  std::vector<std::thread> writers;
  for (const char* id : {"left", "right"}) {
    writers.emplace_back([&, id] {
      head at;
      for (int i = 0; i < turns; ++i) {
        const unit u = unit_behind(run_of(id), at, i == 0 ? start_of(id) : turn_of({}, {}));
        const auto begun = begin(u);
        committed += finish(begun).status == append_status::committed;
        at = u.resulting_head();
      }
    });
  }
  for (std::thread& each : writers) each.join();
  done = true;
  reader.join();
  EXPECT_EQ(committed, 2 * turns);
  EXPECT_THAT(journal_->tail({}, 10 * turns).value(), SizeIs(2 * turns));
}

INSTANTIATE_TEST_SUITE_P(Every, BegunAppend, ::testing::Bool(), [](const auto& durable) {
  return std::string(durable.param ? "rocksdb" : "memory");
});

}  // namespace
}  // namespace theus::journal
