#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/bare_database.hpp"
#include "journal/support.hpp"
#include "keys.hpp"
#include "run_tasks.hpp"

// Rows that another build laid out otherwise, and what a task row says.
namespace theus::journal {
namespace {

using namespace test;
using ::testing::ElementsAre;

TEST(RowsLayout, AJournalWithRowsOfTheFirstLayoutIsRebuiltWhenItIsOpened) {
  const temporary_folder folder;
  const auto path = folder / "journal";
  const run_id run = run_of("a");
  all_rows rows;
  {
    const auto journal = open_journal(path);
    const epoch owner = journal->acquire_epoch().value();
    extend(*journal, owner, run, {start_of("a", {activity(1), activity(2)})});
    extend(*journal, owner, run, {turn_of({completed(1)}, {activity(3)})});
    rows = rows_of(*journal);
    EXPECT_THAT(rows.tasks, ElementsAre(task_row{run, 2}));
  }
  {
    const bare_database old(path / "db");
    old.erase("default", "rows");
    old.erase("rows", keys::task(run));
    for (std::uint32_t task : {2u, 3u}) {
      std::string key = keys::prefix(keys::kind::task, run);
      keys::put_command(key, {"", task});
      old.put("rows", key, "");
    }
  }
  for (int i = 0; i < 2; ++i) {
    const auto journal = open_journal(path);
    EXPECT_EQ(rows_of(*journal), rows);
    const epoch owner = journal->acquire_epoch().value();
    EXPECT_EQ(extend(*journal, owner, run, {turn_of({}, {})}).status, append_status::committed);
  }
}

TEST(RowsLayout, ATaskRowThatDoesNotFitItsRecordsStopsTheRunsAppends) {
  const temporary_folder folder;
  const auto path = folder / "journal";
  const run_id run = run_of("a");
  {
    const auto journal = open_journal(path);
    const epoch owner = journal->acquire_epoch().value();
    extend(*journal, owner, run, {start_of("a", {activity(1)})});
  }
  bare_database(path / "db").put("rows", keys::task(run), keys::task_value({7, first_sequence}));
  const auto journal = open_journal(path);
  const epoch owner = journal->acquire_epoch().value();
  const append_answer answer = extend(*journal, owner, run, {turn_of({}, {activity(2)})});
  EXPECT_EQ(answer.status, append_status::unknown);
  EXPECT_EQ(answer.why->code, errc::corrupt);
  EXPECT_THAT(answer.why->message, ::testing::HasSubstr(run.to_string()));
  ASSERT_TRUE(journal->rebuild());
  EXPECT_EQ(extend(*journal, owner, run, {turn_of({}, {activity(2)})}).status,
            append_status::committed);
  EXPECT_THAT(journal->tasks({}, 10).value(), ElementsAre(task_row{run, 2}));
}

TEST(RunTasks, AStepThatEndsOneAndAsksForAnotherLeavesTheRow) {
  run_tasks tasks;
  tasks.put({"", 1}, first_sequence);
  tasks.end_record(first_sequence);
  const auto row = tasks.row();
  EXPECT_EQ(row, (keys::task_count{1, first_sequence}));
  for (std::uint32_t n = 2; n < run_tasks::row_period; ++n) {
    tasks.erase({"", n - 1});
    tasks.put({"", n}, sequence{n});
    tasks.end_record(sequence{n});
    EXPECT_EQ(tasks.row(), row) << n;
  }
  tasks.end_record(sequence{run_tasks::row_period});
  EXPECT_EQ(tasks.row(), (keys::task_count{1, sequence{run_tasks::row_period - 1}}));
}

}  // namespace
}  // namespace theus::journal
