#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/support.hpp"

namespace theus::journal {
namespace {

using namespace test;

const run_id run = run_of("a");

// One line per change, in order.
std::string describe(const row_change& change) {
  const auto timer = [](const char* verb, const timer_row& row) {
    return std::string(verb) + (row.what == timer_row::purpose::retry ? " retry " : " timer ") +
           row.command.to_string() + " at " +
           std::to_string(row.due.time_since_epoch().count() / 1'000);
  };
  struct {
    decltype(timer)& timer_text;
    std::string operator()(const open_instance& c) {
      return "open " + c.row.workflow_id + " " + c.row.workflow_type;
    }
    std::string operator()(const close_instance& c) {
      return std::string("close ") + name(c.status);
    }
    std::string operator()(const put_timer& c) { return timer_text("put", c.row); }
    std::string operator()(const erase_timer& c) { return timer_text("erase", c.row); }
    std::string operator()(const put_task& c) { return "put task " + c.command.to_string(); }
    std::string operator()(const erase_task& c) { return "erase task " + c.command.to_string(); }
    std::string operator()(const put_message& c) {
      using kind = message_id::kind;
      const message_id id = id_of(c.row);
      return (id.what == kind::start    ? "put child "
              : id.what == kind::cancel ? "put cancel "
                                        : "put message ") +
             id.command.to_string();
    }
    std::string operator()(const put_backlog& c) {
      return "put backlog " + std::to_string(number(c.row.intake));
    }
    std::string operator()(const erase_backlog& c) {
      return "erase backlog " + std::to_string(number(c.through));
    }
    std::string operator()(const erase_wakeups&) { return "erase wakeups"; }
    std::string operator()(const put_anchor& c) {
      return "put anchor through " + std::to_string(number(c.through));
    }
    std::string operator()(const hold_instance& c) { return c.is_paused ? "pause" : "resume"; }
    std::string operator()(const put_child& c) {
      return std::string("open child ") + c.child.id.to_string() + " " + name(c.child.closing);
    }
    std::string operator()(const erase_child& c) { return "forget child " + c.id.to_string(); }
    std::string operator()(const put_blob& c) { return "put blob " + c.row.blob.to_string(); }
  } text{timer};
  return std::visit(text, change);
}

using changes = std::vector<std::string>;

changes of(record r) {
  r.at = sequence{4};
  r.time = r.raw_time;
  changes all;
  for (const row_change& c : derive(run, r)) all.push_back(describe(c));
  return all;
}

const failure_info broken{"broken", "it broke", {}};
const signal_received hello{"hello", "1", std::nullopt, ""};

TEST(Derive, Rule03StartOpensAnInstance) {
  EXPECT_EQ(of(start_of("a", {activity(1)})), (changes{"open a checkout", "put task 1"}));
}

TEST(Derive, AFirstOutcomeErasesTheTask) {
  EXPECT_EQ(of(turn_of({completed(3)}, {})), changes{"erase task 3"});
}

TEST(Derive, ALaterOutcomeErasesTheRetry) {
  EXPECT_EQ(of(turn_of({activity_completed{{"", 3}, 2, at_ms(70), payload("1")}}, {})),
            changes{"erase retry 3 at 70"});
}

TEST(Derive, Rule24AFailedAttemptPutsARetryAndNeedsNoTurn) {
  EXPECT_EQ(of(intake_of({attempt_failed{{"", 3}, 1, std::nullopt, broken, at_ms(70)}})),
            (changes{"erase task 3", "put retry 3 at 70"}));
  EXPECT_EQ(of(intake_of({attempt_failed{{"", 3}, 2, at_ms(70), broken, at_ms(90)}})),
            (changes{"erase retry 3 at 70", "put retry 3 at 90"}));
  EXPECT_EQ(of(intake_of({attempt_started{{"", 3}, 1}})), changes{});
}

TEST(Derive, Rule01AnIntakeWithSomethingForTheWorkflowIsBacklog) {
  EXPECT_EQ(of(intake_of({attempt_started{{"", 3}, 1}, hello})), changes{"put backlog 4"});
  EXPECT_EQ(of(intake_of({completed(3)})), (changes{"erase task 3", "put backlog 4"}));
}

TEST(Derive, ATurnConsumesTheBacklogItNames) {
  record r = turn_of({}, {activity(5)});
  std::get<turn>(r.body).consumed_through = sequence{3};
  EXPECT_EQ(of(r), (changes{"erase backlog 3", "put task 5"}));
}

TEST(Derive, TimersComeAndGo) {
  EXPECT_EQ(of(turn_of({timer_fired{{"1", 2}, at_ms(50)}}, {start_timer{{"1", 3}, at_ms(60)}})),
            (changes{"erase timer 1:2 at 50", "put timer 1:3 at 60"}));
}

TEST(Derive, ATimerThatFiresInTheTurnThatStartsItLeavesNoRow) {
  EXPECT_EQ(of(turn_of({timer_fired{{"1", 3}, at_ms(50)}}, {start_timer{{"1", 3}, at_ms(50)}})),
            (changes{"erase timer 1:3 at 50"}));
}

TEST(Derive, Rule25AWithdrawnOperationLosesItsRow) {
  using target = withdraw::target;
  EXPECT_EQ(of(turn_of({}, {withdraw{{"", 1}, target::timer, at_ms(50)},
                            withdraw{{"", 2}, target::activity, std::nullopt},
                            withdraw{{"", 3}, target::activity, at_ms(60)},
                            withdraw{{"", 4}, target::signal, std::nullopt}})),
            (changes{"erase timer 1 at 50", "erase task 2", "erase retry 3 at 60"}));
}

TEST(Derive, AnEndClosesTheInstanceAfterEverythingElse) {
  EXPECT_EQ(of(turn_of({}, {complete_run{"1"}, send_signal{{"", 1}, "b", "hello", "1"}})),
            (changes{"put message 1", "close completed", "erase wakeups"}));
  EXPECT_EQ(of(turn_of({}, {fail_run{broken, false}})), (changes{"close failed", "erase wakeups"}));
  EXPECT_EQ(of(turn_of({}, {fail_run{broken, true}})),
            (changes{"close cancelled", "erase wakeups"}));
}

TEST(Derive, Rule07AnAnchorSaysWhereItsRunBegins) {
  anchor a;
  a.through = sequence{3};
  a.workflow_id = "a";
  a.workflow_type = "checkout";
  a.wakeups = {{{"", 1}, at_ms(50), false}, {{"", 2}, at_ms(60), true}};
  a.messages = {{{"", 3}, "b", "hello", "1"}};
  a.starts = {{{"", 4}, "c", "t", "[]"}};
  a.cancels = {{{"", 5}, "d"}};
  record r;
  r.body = a;
  EXPECT_EQ(of(r), changes{"put anchor through 3"});
  changes behind;
  for (const row_change& c : rows_behind(run, a)) behind.push_back(describe(c));
  EXPECT_EQ(behind, (changes{"open a checkout", "put timer 1 at 50", "put retry 2 at 60",
                             "put message 3", "put child 4", "put cancel 5"}));
}

TEST(Derive, Rule05AChildIsStartedAndAskedToCancelByMessages) {
  EXPECT_EQ(of(turn_of({}, {start_child{{"", 1}, "c", "t", "[]"},
                            withdraw{{"", 1}, withdraw::target::child, std::nullopt, "c"}})),
            (changes{"open child 1 cancel", "put child 1", "forget child 1", "put cancel 1"}));
  EXPECT_EQ(of(turn_of({child_ended{{"", 1}, "c", {}, {}, payload("1")}}, {})),
            changes{"forget child 1"});
}

TEST(Derive, OnlyAChildThatIsToHearOfItsParentsEndHasARow) {
  const auto child = [](bool is_detached, parent_close what) {
    start_child c{{"", 1}, "c", "t", "[]", is_detached, what};
    return of(turn_of({}, {c})).front();
  };
  EXPECT_EQ(child(false, parent_close::usual), "open child 1 cancel");
  EXPECT_EQ(child(true, parent_close::usual), "put child 1");
  EXPECT_EQ(child(false, parent_close::abandon), "put child 1");
  EXPECT_EQ(child(true, parent_close::cancel), "open child 1 cancel");
  EXPECT_EQ(child(true, parent_close::terminate), "open child 1 terminate");
}

TEST(Derive, AnEndFromOutsideClosesTheInstanceAndIsNoBacklog) {
  EXPECT_EQ(of(intake_of({terminated{"enough"}})), (changes{"close terminated", "erase wakeups"}));
  EXPECT_EQ(of(intake_of({paused{"wait"}})), changes{"pause"});
  EXPECT_EQ(of(intake_of({resumed{}})), changes{"resume"});
}

TEST(Derive, Rule27AChildWithoutAWorkflowIdGetsOneThatNoOtherCommandHas) {
  const auto named = [](const command_id& id, const std::string& given) {
    record r = turn_of({}, {start_child{id, given, "t", "[]"}});
    r.at = sequence{4};
    const auto rows = derive(run, r);
    return std::get<start_child>(std::get<put_message>(rows.back()).row.message).workflow_id;
  };
  EXPECT_EQ(named({"", 7}, "mine"), "mine");
  EXPECT_EQ(named({"", 7}, ""), run.to_string() + "/7");
  EXPECT_NE(named({"1", 7}, ""), named({"", 7}, ""));
  const std::string deep(4'000, '1');
  EXPECT_LT(named({deep, 7}, "").size(), 200u);
  EXPECT_NE(named({deep, 7}, ""), named({deep, 8}, ""));
}

TEST(Derive, SignalsWaitsAndCancellationsHaveNoRows) {
  EXPECT_EQ(of(turn_of({hello, cancel_requested{"x"}}, {await_signal{{"", 1}, "hello"}})),
            changes{});
}

}  // namespace
}  // namespace theus::journal
