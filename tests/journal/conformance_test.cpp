#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/support.hpp"

// What every store promises; each runs all of it.
namespace theus::journal {
namespace {

using namespace test;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct store_kind {
  const char* name;
  bool durable;
};

class Store : public ::testing::TestWithParam<store_kind> {
 protected:
  Store() { open(); }

  void open(const store_options& options = {}) {
    journal_.reset();
    if (GetParam().durable) {
      journal_ = open_journal(folder_ / "journal", options);
    } else {
      journal_ = make_memory_store(options);
    }
    epoch_ = journal_->acquire_epoch().value();
  }

  append_status append(run_id run, record r) {
    return extend(*journal_, epoch_, run, {std::move(r)}).status;
  }
  // A started run whose first turn gave `commands`.
  run_id start(const std::string& workflow_id, std::vector<command> commands = {}) {
    const run_id run = run_of(workflow_id, ++runs_);
    EXPECT_EQ(append(run, start_of(workflow_id, std::move(commands))), append_status::committed);
    return run;
  }
  unit next_unit(run_id run, record r) {
    return unit::make(run, epoch_, journal_->head_of(run).value().value_or(head()), std::move(r))
        .value();
  }

  temporary_folder folder_;
  std::unique_ptr<store> journal_;
  epoch epoch_{};
  std::uint64_t runs_ = 0;
};

TEST_P(Store, ReadsBackWhatWasAppended) {
  const run_id run = run_of("a");
  const unit first = next_unit(run, start_of("a", {activity(1)}));
  ASSERT_EQ(append_one(*journal_, first).status, append_status::committed);
  const unit second = next_unit(run, turn_of({completed(1)}, {complete_run{"2"}}));
  ASSERT_EQ(append_one(*journal_, second).status, append_status::committed);

  const auto records = journal_->read(run, first_sequence, 10).value();
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].value, first.entries()[0].value);
  EXPECT_EQ(records[1].value, second.entries()[0].value);
  EXPECT_EQ(records[1].hash, second.resulting_head().hash);
  EXPECT_EQ(records[1].value.previous, records[0].hash);
  EXPECT_EQ(journal_->head_of(run).value(), second.resulting_head());
  EXPECT_THAT(journal_->read_raw(run, sequence{2}, 10).value(),
              ElementsAre(second.entries()[0].bytes));
}

TEST_P(Store, AnUnknownRunReadsEmpty) {
  EXPECT_THAT(journal_->read(run_of("a"), first_sequence, 10).value(), IsEmpty());
  EXPECT_EQ(journal_->head_of(run_of("a")).value(), std::nullopt);
  EXPECT_EQ(journal_->instance(run_of("a")).value(), std::nullopt);
  EXPECT_EQ(journal_->run_of("a").value(), std::nullopt);
}

TEST_P(Store, OneOfAHundredConcurrentAppendsWins) {
  const run_id run = start("a");
  const unit u = next_unit(run, turn_of({}, {activity(1)}));
  std::atomic<int> committed = 0;
  std::atomic<int> conflicts = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 100; ++i) {
    threads.emplace_back([&] {
      const append_status status = append_one(*journal_, u).status;
      committed += status == append_status::committed;
      conflicts += status == append_status::conflict;
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(committed, 1);
  EXPECT_EQ(conflicts, 99);
  EXPECT_THAT(journal_->read(run, first_sequence, 10).value(), SizeIs(2));
}

TEST_P(Store, AStaleEpochIsFencedAndWritesNothing) {
  const run_id run = start("a");
  const unit stale = next_unit(run, turn_of({}, {activity(1)}));
  const epoch younger = journal_->acquire_epoch().value();
  EXPECT_GT(younger, epoch_);
  EXPECT_EQ(append_one(*journal_, stale).status, append_status::fenced);
  EXPECT_THAT(journal_->tasks({}, 10).value(), IsEmpty());
  EXPECT_THAT(journal_->read(run, first_sequence, 10).value(), SizeIs(1));
}

TEST_P(Store, Rule04OneUnitsConflictHarmsNoOther) {
  const run_id a = start("a");
  const run_id b = start("b");
  const unit outdated = next_unit(a, turn_of({}, {activity(1)}));
  ASSERT_EQ(append(a, turn_of({}, {activity(2)})), append_status::committed);
  const std::vector<unit> units{outdated, next_unit(b, turn_of({}, {activity(3)})),
                                next_unit(run_of("c"), start_of("c"))};
  const auto answers = journal_->append(units);
  EXPECT_EQ(answers[0].status, append_status::conflict);
  EXPECT_EQ(answers[1].status, append_status::committed);
  EXPECT_EQ(answers[2].status, append_status::committed);
  EXPECT_THAT(journal_->tasks({}, 10).value(), SizeIs(2));
}

TEST_P(Store, Rule04AUnitOfSeveralRecordsIsAtomic) {
  const run_id run = run_of("a");
  unit u = next_unit(run, intake_of({started{"a", "checkout", "", "[]", 1, 1, 2}}));
  record consuming = turn_of({}, {start_timer{{"", 1}, at_ms(9'000)}});
  std::get<turn>(consuming.body).consumed_through = first_sequence;
  u.add(consuming).value();
  ASSERT_EQ(append_one(*journal_, u).status, append_status::committed);
  EXPECT_THAT(journal_->read(run, first_sequence, 10).value(), SizeIs(2));
  EXPECT_THAT(journal_->backlog({}, 10).value(), IsEmpty());
  EXPECT_THAT(journal_->timers(wall_time::max(), {}, 10).value(), SizeIs(1));
}

TEST_P(Store, AnotherHistoryUnderTheSameSequenceIsAConflict) {
  const run_id run = start("a");
  head elsewhere = *journal_->head_of(run).value();
  elsewhere.hash.bytes[0] ^= 1;
  const unit u = unit::make(run, epoch_, elsewhere, turn_of({}, {})).value();
  EXPECT_EQ(append_one(*journal_, u).status, append_status::conflict);
}

TEST_P(Store, TwoUnitsOfOneRunInOneCallConflict) {
  const run_id run = start("a");
  const std::vector<unit> units{next_unit(run, turn_of({}, {activity(1)})),
                                next_unit(run, turn_of({}, {activity(2)}))};
  const auto answers = journal_->append(units);
  EXPECT_EQ(answers[0].status, append_status::committed);
  EXPECT_EQ(answers[1].status, append_status::conflict);
}

TEST_P(Store, Rule27AWorkflowIdIsUniqueWhileRunning) {
  const run_id first = start("a");
  const auto second = append_one(*journal_, next_unit(run_of("a", 99), start_of("a")));
  EXPECT_EQ(second.status, append_status::conflict);
  EXPECT_EQ(second.holder, first);
  ASSERT_EQ(append(first, turn_of({}, {complete_run{"1"}})), append_status::committed);
  EXPECT_EQ(append(run_of("a", 99), start_of("a")), append_status::committed);
  EXPECT_EQ(journal_->run_of("a").value(), run_of("a", 99));
  EXPECT_EQ(journal_->instance(first).value()->status, run_status::completed);
}

TEST_P(Store, Rule27AWorkflowIdIsClaimedOnceWithinOneCall) {
  const std::vector<unit> units{next_unit(run_of("a", 1), start_of("a")),
                                next_unit(run_of("a", 2), start_of("a"))};
  const auto answers = journal_->append(units);
  EXPECT_EQ(answers[0].status, append_status::committed);
  EXPECT_EQ(answers[1].status, append_status::conflict);
  EXPECT_EQ(answers[1].holder, run_of("a", 1));
}

TEST_P(Store, Rule27TheSameRequestIdNamesTheSameRunEvenWhenItHasFinished) {
  ASSERT_EQ(append(run_of("a", 1), start_of("a", {complete_run{"1"}}, "request-1")),
            append_status::committed);
  const auto again =
      append_one(*journal_, next_unit(run_of("a", 2), start_of("a", {}, "request-1")));
  EXPECT_EQ(again.status, append_status::conflict);
  EXPECT_EQ(again.holder, run_of("a", 1));
  EXPECT_EQ(journal_->run_of_request("a", "request-1").value(), run_of("a", 1));
  EXPECT_EQ(append(run_of("a", 3), start_of("a", {}, "request-2")), append_status::committed);
}

TEST_P(Store, HeadsAreReadWhenTheyAreNoLongerCached) {
  store_options small;
  small.cached_heads = 2;
  open(small);
  std::vector<run_id> runs;
  for (int i = 0; i < 10; ++i) runs.push_back(start("w" + std::to_string(i)));
  for (const run_id run : runs) {
    EXPECT_EQ(append(run, turn_of({}, {activity(1)})), append_status::committed);
  }
  for (const run_id run : runs) EXPECT_EQ(journal_->head_of(run).value()->at, sequence{2});
}

TEST_P(Store, MoreUnitsThanTheLimitAreRefused) {
  store_options small;
  small.bounds.units_per_append = 1;
  open(small);
  const std::vector<unit> units{next_unit(run_of("a"), start_of("a")),
                                next_unit(run_of("b"), start_of("b"))};
  for (const auto& answer : journal_->append(units)) {
    EXPECT_EQ(answer.status, append_status::unknown);
    EXPECT_EQ(answer.why->code, errc::limit_exceeded);
  }
  EXPECT_EQ(journal_->trouble(), std::nullopt);
  EXPECT_THAT(journal_->instances({}, 10).value(), IsEmpty());
}

TEST_P(Store, TailGivesEveryRecordOnceInCommitOrder) {
  const run_id a = start("a");
  const run_id b = start("b");
  const std::vector<unit> together{next_unit(b, turn_of({}, {activity(1)})),
                                   next_unit(a, turn_of({}, {activity(1)}))};
  for (const auto& answer : journal_->append(together)) {
    ASSERT_EQ(answer.status, append_status::committed);
  }
  ASSERT_EQ(append(a, turn_of({completed(1)}, {})), append_status::committed);

  std::vector<std::pair<run_id, std::uint64_t>> seen;
  position at;
  for (;;) {
    const auto page = journal_->tail(at, 2).value();
    if (page.empty()) break;
    EXPECT_LE(page.size(), 2u);
    for (const tail_entry& e : page) seen.emplace_back(e.run, number(e.record.value.at));
    at = page.back().at;
  }
  EXPECT_THAT(seen, ElementsAre(std::pair(a, 1u), std::pair(b, 1u), std::pair(b, 2u),
                                std::pair(a, 2u), std::pair(a, 3u)));
  ASSERT_EQ(append(b, turn_of({completed(1)}, {})), append_status::committed);
  const auto later = journal_->tail(at, 10).value();
  ASSERT_THAT(later, SizeIs(1));
  EXPECT_EQ(later[0].run, b);
}

TEST_P(Store, AMalformedTailPositionIsBadInput) {
  EXPECT_EQ(journal_->tail({"abc"}, 1).error().code, errc::bad_input);
}

TEST_P(Store, ReadContinuesInPages) {
  const run_id run = start("a");
  for (int i = 0; i < 9; ++i) ASSERT_EQ(append(run, turn_of({}, {})), append_status::committed);
  std::vector<std::uint64_t> seen;
  for (sequence from = first_sequence;;) {
    const auto page = journal_->read(run, from, 3).value();
    if (page.empty()) break;
    for (const auto& r : page) seen.push_back(number(r.value.at));
    from = next(page.back().value.at);
  }
  EXPECT_THAT(seen, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
}

TEST_P(Store, TimersComeByDueTimeAndContinueAfterAPage) {
  const run_id a =
      start("a", {start_timer{{"", 1}, at_ms(3'000)}, start_timer{{"2/1", 1}, at_ms(2'000)},
                  start_timer{{"", 2}, at_ms(2'000)}});
  const run_id b =
      start("b", {start_timer{{"", 1}, at_ms(-5)}, start_timer{{"", 2}, at_ms(9'000)}});
  const timer_row first{at_ms(-5), b, {"", 1}, timer_row::purpose::timer};
  const timer_row second{at_ms(2'000), a, {"", 2}, timer_row::purpose::timer};
  const timer_row third{at_ms(2'000), a, {"2/1", 1}, timer_row::purpose::timer};
  const timer_row fourth{at_ms(3'000), a, {"", 1}, timer_row::purpose::timer};
  EXPECT_THAT(journal_->timers(at_ms(3'000), {}, 2).value(), ElementsAre(first, second));
  EXPECT_THAT(journal_->timers(at_ms(3'000), second, 10).value(), ElementsAre(third, fourth));
  EXPECT_THAT(journal_->timers(at_ms(2'999), second, 10).value(), ElementsAre(third));
  EXPECT_THAT(journal_->timers(wall_time::max(), fourth, 10).value(), SizeIs(1));
}

TEST_P(Store, InstancesAreFilteredAndPaged) {
  std::vector<run_id> running;
  for (int i = 0; i < 6; ++i) {
    const run_id run = start("w" + std::to_string(i));
    if (i % 2 == 0) {
      ASSERT_EQ(append(run, turn_of({}, {fail_run{{"x", "y", {}}, false}})),
                append_status::committed);
    } else {
      running.push_back(run);
    }
  }
  std::sort(running.begin(), running.end());
  instance_filter filter{run_status::running, "checkout", std::nullopt};
  const auto page = journal_->instances(filter, 2).value();
  ASSERT_THAT(page, SizeIs(2));
  EXPECT_EQ(page[0].run, running[0]);
  filter.after = page[1].run;
  const auto rest = journal_->instances(filter, 2).value();
  ASSERT_THAT(rest, SizeIs(1));
  EXPECT_EQ(rest[0].run, running[2]);
  filter = {};
  filter.workflow_type = "other";
  EXPECT_THAT(journal_->instances(filter, 10).value(), IsEmpty());
  filter = {run_status::failed, "", std::nullopt};
  EXPECT_THAT(journal_->instances(filter, 10).value(), SizeIs(3));
}

TEST_P(Store, AFinishedRunLeavesNoWakeUps) {
  const run_id run = start("a", {activity(1), activity(2), start_timer{{"", 3}, at_ms(9'000)},
                                 send_signal{{"", 4}, "b", "hello", "1"}});
  const run_id other = start("other", {activity(1), start_timer{{"", 3}, at_ms(9'000)}});
  ASSERT_EQ(append(run, intake_of({attempt_failed{{"", 2}, 1, {}, {"x", "y", {}}, at_ms(5'000)}})),
            append_status::committed);
  ASSERT_EQ(append(run, intake_of({completed(1)})), append_status::committed);
  ASSERT_EQ(append(run, turn_of({}, {activity(9), fail_run{{"x", "y", {}}, false}})),
            append_status::committed);
  const all_rows left = rows_of(*journal_);
  EXPECT_THAT(left.tasks, ElementsAre(task_row{other, 1}));
  ASSERT_THAT(left.timers, SizeIs(1));
  EXPECT_EQ(left.timers[0].run, other);
  EXPECT_THAT(left.backlog, IsEmpty());
  EXPECT_THAT(left.messages, SizeIs(1)) << "it was sent";
}

TEST_P(Store, TasksAreCountedPerRun) {
  const run_id run = start("a", {activity(1), activity(2), activity(3)});
  const auto count = [&]() -> std::uint32_t {
    const auto rows = journal_->tasks({}, 10).value();
    if (rows.empty()) return 0;
    EXPECT_THAT(rows, ElementsAre(task_row{run, rows[0].count}));
    return rows[0].count;
  };
  EXPECT_EQ(count(), 3u);
  ASSERT_EQ(append(run, turn_of({completed(2)}, {activity(4)})), append_status::committed);
  EXPECT_EQ(count(), 3u);
  const failure_info broken{"x", "y", {}};
  ASSERT_EQ(append(run, intake_of({attempt_failed{{"", 1}, 1, {}, broken, at_ms(5'000)}})),
            append_status::committed);
  EXPECT_EQ(count(), 2u) << "a later attempt waits in a timer row";
  ASSERT_EQ(append(run, turn_of({}, {withdraw{{"", 3}, withdraw::target::activity, {}}})),
            append_status::committed);
  EXPECT_EQ(count(), 1u);
  ASSERT_EQ(append(run, intake_of({completed(3)})), append_status::committed);
  EXPECT_EQ(count(), 1u) << "an outcome of what was withdrawn counts once";
  ASSERT_EQ(append(run, turn_of({completed(4)}, {})), append_status::committed);
  EXPECT_EQ(count(), 0u);
  ASSERT_EQ(append(run, turn_of({}, {activity(5)})), append_status::committed);
  EXPECT_EQ(count(), 1u);
}

TEST_P(Store, TasksAreKnownWhenNothingIsInMemoryAnyMore) {
  store_options options;
  options.cached_heads = 1;  // each run drives the other one out
  open(options);
  const run_id a = start("a", {activity(1)});
  const run_id b = start("b", {activity(1), activity(2)});
  for (std::uint32_t n = 3; n < 3 + 2 * 256; ++n) {
    ASSERT_EQ(append(a, turn_of({completed(n == 3 ? 1 : n - 1)}, {activity(n)})),
              append_status::committed);
    ASSERT_EQ(append(b, turn_of({completed(n - 1)}, {activity(n)})), append_status::committed);
  }
  std::vector<task_row> expected{{a, 1}, {b, 2}};
  std::ranges::sort(expected, {}, &task_row::run);
  EXPECT_EQ(journal_->tasks({}, 10).value(), expected);
  ASSERT_EQ(append(b, turn_of({completed(1), completed(514)}, {})), append_status::committed);
  EXPECT_THAT(journal_->tasks({}, 10).value(), ElementsAre(task_row{a, 1}));
  ASSERT_EQ(append(a, turn_of({completed(514)}, {})), append_status::committed);
  EXPECT_THAT(journal_->tasks({}, 10).value(), IsEmpty());
}

TEST_P(Store, BacklogIsConsumedThroughASequence) {
  const run_id run = start("a");
  const signal_received hello{"hello", "1", std::nullopt, ""};
  for (int i = 0; i < 3; ++i) ASSERT_EQ(append(run, intake_of({hello})), append_status::committed);
  EXPECT_THAT(journal_->backlog({}, 10).value(), SizeIs(3));
  EXPECT_THAT(journal_->backlog(backlog_row{run, sequence{2}}, 1).value(),
              ElementsAre(backlog_row{run, sequence{3}}));
  record consuming = turn_of({}, {});
  std::get<turn>(consuming.body).consumed_through = sequence{3};
  ASSERT_EQ(append(run, consuming), append_status::committed);
  EXPECT_THAT(journal_->backlog({}, 10).value(), ElementsAre(backlog_row{run, sequence{4}}));
}

TEST_P(Store, Rule05AnAcknowledgedMessageIsGoneAndStaysGoneAfterARebuild) {
  const run_id run = start("a", {send_signal{{"", 1}, "b", "hello", "\"x\""},
                                 send_signal{{"", 2}, "b", "again", "null"}});
  ASSERT_THAT(journal_->messages({}, 10).value(), SizeIs(2));
  ASSERT_TRUE(journal_->acknowledge({run, {"", 1}}));
  const message_row left{run, send_signal{{"", 2}, "b", "again", "null"}};
  EXPECT_THAT(journal_->messages({}, 10).value(), ElementsAre(left));
  ASSERT_TRUE(journal_->rebuild());
  EXPECT_THAT(journal_->messages({}, 10).value(), ElementsAre(left));
}

TEST_P(Store, Rule05AChildIsStartedCancelledAndTellsItsEndByMessagesOfTheirOwn) {
  const run_id parent = start("p", {start_child{{"1/2", 3}, "c", "ship", "[1]"},
                                    start_child{{"", 4}, "", "ship", "[2]", true}});
  ASSERT_EQ(append(parent, turn_of({}, {withdraw{{"1/2", 3}, withdraw::target::child, {}, "c"}})),
            append_status::committed);
  const message_row begin{parent, start_child{{"1/2", 3}, "c", "ship", "[1]"}};
  const message_row other{parent,
                          start_child{{"", 4}, parent.to_string() + "/4", "ship", "[2]", true}};
  const message_row cancel{parent, anchor::child_cancel{{"1/2", 3}, "c"}};
  EXPECT_THAT(journal_->messages({}, 10).value(), ElementsAre(other, begin, cancel));
  EXPECT_THAT(journal_->messages(begin, 10).value(), ElementsAre(cancel));
  ASSERT_TRUE(journal_->acknowledge(id_of(begin)));
  ASSERT_TRUE(journal_->acknowledge(id_of(other)));
  EXPECT_THAT(journal_->messages({}, 10).value(), ElementsAre(cancel));
  ASSERT_TRUE(journal_->acknowledge(id_of(cancel)));

  record first = start_of("c");
  auto& opening = std::get<started>(std::get<turn>(first.body).events.front());
  opening.parent = message_id{parent, {"1/2", 3}, message_id::kind::start};
  const run_id child = run_of("c");
  ASSERT_EQ(append(child, first), append_status::committed);
  EXPECT_EQ(journal_->instance(child).value()->parent, opening.parent);
  const failure_info why{"broken", "it broke", {{"deeper", "", {}}}};
  ASSERT_EQ(append(child, turn_of({}, {fail_run{why, false}})), append_status::committed);
  const message_row told{
      child, child_report{parent, {{"1/2", 3}, "c", child, child_ended::ending::failed, why}}};
  EXPECT_THAT(journal_->messages({}, 10).value(), ElementsAre(told));
  EXPECT_EQ(journal_->instance(child).value()->status, run_status::failed);
  ASSERT_TRUE(journal_->rebuild());
  EXPECT_THAT(journal_->messages({}, 10).value(), ElementsAre(told));
  ASSERT_TRUE(journal_->acknowledge(id_of(told)));
  ASSERT_TRUE(journal_->rebuild());
  EXPECT_THAT(journal_->messages({}, 10).value(), IsEmpty());
}

TEST_P(Store, Rule03RebuiltRowsEqualTheOldOnes) {
  for (int i = 0; i < 20; ++i) {
    const std::string id = "w" + std::to_string(i);
    const run_id run = start(id, {activity(1), activity(2), start_timer{{"", 3}, at_ms(9'000 + i)},
                                  send_signal{{"", 4}, "b", "hello", "1"}});
    ASSERT_EQ(
        append(run, intake_of({attempt_failed{{"", 2}, 1, {}, {"x", "y", {}}, at_ms(5'000 + i)}})),
        append_status::committed);
    if (i % 3 == 0) {
      ASSERT_EQ(append(run, intake_of({completed(1)})), append_status::committed);
    }
    if (i % 5 == 0) {
      ASSERT_EQ(append(run, turn_of({}, {complete_run{"1"}})), append_status::committed);
      start(id);
    }
  }
  const all_rows before = rows_of(*journal_);
  const auto newest = journal_->run_of("w5").value();
  const auto report = journal_->rebuild().value();
  EXPECT_EQ(rows_of(*journal_), before);
  EXPECT_EQ(journal_->run_of("w5").value(), newest);
  EXPECT_EQ(report.runs, 24u);
  EXPECT_EQ(report.records, 24u + 20u + 7u + 4u);
}

TEST_P(Store, ReadersRunBesideAWriter) {
  const run_id run = start("a");
  std::atomic<bool> done = false;
  std::thread reader([&] {
    std::uint64_t seen = 0;
    while (!done) {
      const auto records = journal_->read(run, first_sequence, 1'000).value();
      EXPECT_GE(records.size(), seen);
      seen = records.size();
      EXPECT_TRUE(journal_->tail({}, 1'000));
      EXPECT_TRUE(journal_->timers(wall_time::max(), {}, 10));
    }
  });
  for (std::uint32_t i = 1; i < 100; ++i) {
    EXPECT_EQ(append(run, turn_of({}, {activity(i)})), append_status::committed);
  }
  done = true;
  reader.join();
}

INSTANTIATE_TEST_SUITE_P(Every, Store,
                         ::testing::Values(store_kind{"memory", false},
                                           store_kind{"rocksdb", true}),
                         [](const auto& kind) { return std::string(kind.param.name); });

}  // namespace
}  // namespace theus::journal
