#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "theus/journal/ids.hpp"
#include "theus/journal/time.hpp"

// The records of the journal as C++ values. records.capnp is their form on disk and states the
// rules of the format; these types own their memory and are compared field by field.
namespace theus::journal {

// One JSON value as UTF-8 text; "null" where there is nothing to say. Opaque to the journal.
using payload = std::string;

// Why something failed, in a form that crosses borders (semantics rule 12).
struct failure_info {
  std::string type;     // what retry policies and handlers match on, e.g. "card_declined"
  std::string message;  // for people
  std::vector<failure_info> cause;  // none or one; at most limits::failure_depth deep

  friend bool operator==(const failure_info&, const failure_info&) = default;
};

// All of it is recorded with the command, so a retry after a restart follows the policy that was
// asked for. Intervals are in milliseconds.
struct retry_terms {
  std::uint32_t attempts = 0;  // 0: without end
  std::uint64_t first_interval_ms = 1'000;
  double coefficient = 2.0;
  std::uint64_t maximum_interval_ms = 100'000;
  double jitter = 0.1;  // share of the interval, drawn per run, command and attempt
  std::vector<std::string> non_retryable;

  friend bool operator==(const retry_terms&, const retry_terms&) = default;
};

// Who sent a message, for deduplication by set (rule 5). A child is started, cancelled, terminated
// and tells how it ended by messages of their own.
struct message_id {
  enum class kind : std::uint8_t { signal, start, cancel, ending, terminate };
  run_id sender;
  command_id command;  // the sender's; of an ending none
  kind what = kind::signal;

  friend bool operator==(const message_id&, const message_id&) = default;
};

// ---- events: what came in

// The first event of a run.
struct started {
  std::string workflow_id;
  std::string workflow_type;
  std::string request_id;       // the same request id names the same run (rule 27)
  payload arguments;            // a JSON array
  std::uint32_t semantics = 1;  // rule 8
  std::uint64_t seed_high = 0;
  std::uint64_t seed_low = 0;
  std::optional<message_id> parent = {};  // of a child: who asked for it, and by which command

  friend bool operator==(const started&, const started&) = default;
};

struct activity_completed {
  command_id command;
  std::uint32_t attempt = 1;
  std::optional<wall_time> scheduled_for;  // the retry row this closes; absent for a first attempt
  std::variant<payload, failure_info> outcome;

  friend bool operator==(const activity_completed&, const activity_completed&) = default;
};

// Only in intake records, and invisible to workflow code (rule 24).
struct attempt_failed {
  command_id command;
  std::uint32_t attempt = 1;
  std::optional<wall_time> scheduled_for;
  failure_info failure;
  wall_time next_attempt;

  friend bool operator==(const attempt_failed&, const attempt_failed&) = default;
};

// Only in intake records; synced before an at-most-once attempt runs (rule 24).
struct attempt_started {
  command_id command;
  std::uint32_t attempt = 1;

  friend bool operator==(const attempt_started&, const attempt_started&) = default;
};

struct timer_fired {
  command_id command;
  wall_time deadline;

  friend bool operator==(const timer_fired&, const timer_fired&) = default;
};

struct signal_received {
  std::string name;
  payload value;
  std::optional<message_id> from;  // set when another run sent it
  std::string request_id;          // set when a client wants it deduplicated, else ""

  friend bool operator==(const signal_received&, const signal_received&) = default;
};

struct cancel_requested {
  std::string reason;

  friend bool operator==(const cancel_requested&, const cancel_requested&) = default;
};

// A run that this one asked for has ended, or never began.
struct child_ended {
  enum class ending : std::uint8_t {
    completed,
    failed,
    cancelled,
    refused,  // another run has its workflow id
    terminated,
  };
  command_id command;       // the start_child
  std::string workflow_id;  // the child's
  run_id run;               // the child's; zero when it was refused
  ending how = ending::completed;
  std::variant<payload, failure_info> outcome;  // a payload exactly when it completed

  friend bool operator==(const child_ended&, const child_ended&) = default;
};

// Somebody resolved a promise of this run, or rejected it.
struct promise_settled {
  command_id command;  // the create_promise
  std::variant<payload, failure_info> outcome;

  friend bool operator==(const promise_settled&, const promise_settled&) = default;
};

// The run was ended from outside: none of its code sees it, and nothing comes behind it. The last
// event of an intake.
struct terminated {
  std::string reason;

  friend bool operator==(const terminated&, const terminated&) = default;
};

// An update was accepted: what is bound to its name begins. The run answers it with one
// complete_update, unless it is terminated before.
struct update_accepted {
  std::string update_id;  // never empty; each counts once in a run
  std::string name;
  payload arguments;  // a JSON array

  friend bool operator==(const update_accepted&, const update_accepted&) = default;
};

// Until `resumed` no turn is made. Both only in intakes, and invisible to workflow code.
struct paused {
  std::string reason;

  friend bool operator==(const paused&, const paused&) = default;
};
struct resumed {
  friend bool operator==(const resumed&, const resumed&) = default;
};

using event = std::variant<started, activity_completed, attempt_failed, attempt_started,
                           timer_fired, signal_received, cancel_requested, child_ended,
                           promise_settled, terminated, paused, resumed, update_accepted>;

// Does a turn have to consume this event, or is it one that no workflow sees (rule 24)?
bool needs_turn(const event& e);

// ---- commands: what the workflow asked for

// What a call bounds besides the time of one attempt. Zero and absent: no limit.
struct activity_timeouts {
  std::uint64_t heartbeat_ms = 0;          // between two heartbeats of an attempt
  std::uint64_t schedule_to_start_ms = 0;  // that an attempt waits before it begins
  std::optional<wall_time> start_by = {};  // of the first attempt; set exactly with the one above
  std::optional<wall_time> close_by = {};  // of the call, with all its attempts

  bool empty() const { return heartbeat_ms == 0 && !start_by && !close_by; }
  friend bool operator==(const activity_timeouts&, const activity_timeouts&) = default;
};

struct schedule_activity {
  command_id id;
  std::string activity;
  payload arguments;  // a JSON array
  retry_terms retry;
  std::uint64_t start_to_close_ms = 0;  // 0: no limit
  bool at_most_once = false;
  activity_timeouts timeouts = {};

  friend bool operator==(const schedule_activity&, const schedule_activity&) = default;
};

struct start_timer {
  command_id id;
  wall_time deadline;

  friend bool operator==(const start_timer&, const start_timer&) = default;
};

// The workflow waits for a signal. Nothing is derived from it but what people see.
struct await_signal {
  command_id id;
  std::string name;

  friend bool operator==(const await_signal&, const await_signal&) = default;
};

// A message to another run, delivered at least once after this turn is durable (rule 5).
struct send_signal {
  command_id id;
  std::string workflow_id;
  std::string name;
  payload value;

  friend bool operator==(const send_signal&, const send_signal&) = default;
};

// What becomes of a child that is open when its parent's run ends. Usual is `cancel` of one that is
// awaited, and `abandon` of one that is not.
enum class parent_close : std::uint8_t { usual, abandon, cancel, terminate };

const char* name(parent_close what);

// Another run is to begin. It is told so, and its end comes back as child_ended, by messages: at
// least once after this turn is durable, and each once to who takes it (rule 5).
struct start_child {
  command_id id;
  std::string workflow_id;  // "": made of the run's id and the command's, by child_workflow_id()
  std::string workflow_type;
  payload arguments;      // a JSON array
  bool detached = false;  // nobody waits for its end
  parent_close on_parent_close = parent_close::usual;

  // What it comes to: never `usual`.
  parent_close closing() const;
  friend bool operator==(const start_child&, const start_child&) = default;
};

// The workflow id of the child that `run` asks for: the one it gives, or one that no other command
// of any run has. It may have any characters that a workflow id may.
std::string child_workflow_id(run_id run, const command_id& id, const std::string& given);
// The request id that its start has, so that starting it twice starts it once (rule 27).
std::string child_request_id(const message_id& parent);

// From now on anyone who has its token may settle it. Nothing is derived from it: the run knows.
struct create_promise {
  command_id id;

  friend bool operator==(const create_promise&, const create_promise&) = default;
};

// A pending operation is withdrawn: the loser of an `any`, or cancelled (rules 25 and 26); a
// promise when nobody can await it any more.
struct withdraw {
  enum class target : std::uint8_t { activity, timer, signal, child, promise };
  command_id id;
  target what = target::activity;
  // Of the timer, or when the activity's pending retry is due, so that its row can be derived away.
  std::optional<wall_time> deadline;
  std::string workflow_id = {};  // of a child, as in its start_child: it is asked to cancel

  friend bool operator==(const withdraw&, const withdraw&) = default;
};

// What an update came to: the answer to who asked for it. Nothing is derived from it.
struct complete_update {
  std::string update_id;
  std::variant<payload, failure_info> outcome;

  friend bool operator==(const complete_update&, const complete_update&) = default;
};

struct complete_run {
  payload result;

  friend bool operator==(const complete_run&, const complete_run&) = default;
};

struct fail_run {
  failure_info failure;
  bool cancelled = false;  // ended by a cancellation that nothing caught

  friend bool operator==(const fail_run&, const fail_run&) = default;
};

// A phase or a loop begins; it gives numbers to a scope of its own, a loop one to each iteration.
struct open_scope {
  enum class kind : std::uint8_t { phase, loop };
  command_id id;
  kind what = kind::phase;
  std::string name;
  payload arguments;  // of a phase a JSON array, of a loop its first state

  friend bool operator==(const open_scope&, const open_scope&) = default;
};

// The exceptions that cross the border of a phase or loop (rule 12), to be thrown again on replay.
struct scope_failure {
  enum class kind : std::uint8_t { failure, activity_failed, cancelled };
  kind what = kind::failure;
  failure_info info;          // of activity_failed its cause
  std::string activity;       // of activity_failed
  std::uint32_t attempt = 0;  // of activity_failed, its last

  friend bool operator==(const scope_failure&, const scope_failure&) = default;
};

// A phase or an iteration of a loop has ended. On replay this stands for all that happened in it
// (rule 19).
struct close_scope {
  struct completed {
    payload result;
    friend bool operator==(const completed&, const completed&) = default;
  };
  struct again {
    payload state;  // of the next iteration
    friend bool operator==(const again&, const again&) = default;
  };

  command_id id;                // of the phase or loop
  std::uint32_t iteration = 0;  // 1, 2, 3, …; 0 for a phase
  std::variant<completed, again, scope_failure> outcome;
  std::string changes;  // what it did to the Context around it; bytes that the runtime defines
  hash256 root;         // of that Context afterwards
  std::vector<std::uint64_t> consumed;  // the signals it took: their numbers among all of the run
  // When in its turn. Of n events of the intakes that the turn consumes, the i-th is moment 2 i,
  // and the timers that fire before it are 2 i - 1; the turn's own events are moment 2 n + 1. And
  // behind that many of the events that the turn lists.
  std::uint32_t moment = 0;
  std::uint32_t behind_events = 0;

  friend bool operator==(const close_scope&, const close_scope&) = default;
};

// Which version of a change this part of the run follows (rule 22). It takes no number.
struct version_marker {
  std::string scope;  // the phase's or iteration's that remembers it; "" is the run
  std::string change;
  std::int32_t version = 0;

  friend bool operator==(const version_marker&, const version_marker&) = default;
};

using command = std::variant<schedule_activity, start_timer, await_signal, send_signal, withdraw,
                             complete_run, fail_run, open_scope, close_scope, version_marker,
                             start_child, create_promise, complete_update>;

// ---- records

// What helps people to understand a turn that cannot be repeated. Replay compares nothing with it.
struct turn_notes {
  std::string build;  // the program that made the turn, unless it made the turn before, too
  std::string context_changes;  // that it made; bytes that the runtime defines

  bool empty() const { return build.empty() && context_changes.empty(); }
  friend bool operator==(const turn_notes&, const turn_notes&) = default;
};

// One activation. Events are listed in the order in which they were applied (rule 10).
struct turn {
  sequence consumed_through{};  // intakes up to here are consumed; zero: this turn consumes none
  std::vector<event> events;
  std::vector<command> commands;
  hash256 state_digest;  // rule 14
  turn_notes notes;

  friend bool operator==(const turn&, const turn&) = default;
};

// Events that arrived but could not become a turn, or that no workflow sees.
struct intake {
  std::vector<event> events;

  friend bool operator==(const intake&, const intake&) = default;
};

// Replaces every record of its run up to `through`, which are erased with the commit that brings it
// (rule 7): what the run's rows were behind them, and which checkpoint tells the rest. Nothing
// happens to the run: no workflow sees it. The turn that ended a run stays, as it holds the result.
struct anchor {
  // A timer, or an activity's next attempt.
  struct wakeup {
    command_id command;
    wall_time due;
    bool is_retry = false;

    friend bool operator==(const wakeup&, const wakeup&) = default;
  };
  // An activity whose first attempt has no recorded outcome.
  struct task {
    command_id command;
    sequence asked{};  // the record that asked for it

    friend bool operator==(const task&, const task&) = default;
  };

  sequence through{};  // before this record
  hash256 last;        // of the record at `through`
  hash256 manifest;    // of the checkpoint there: manifest_of(row)
  std::string workflow_id;
  std::string workflow_type;
  std::string request_id;
  wall_time started_at;
  std::vector<wakeup> wakeups;  // in the order of rows: by due time, command, timers first
  std::vector<task> tasks;      // by command
  sequence tasks_from{};        // what the row of tasks names; before_first when there are none
  std::vector<send_signal> messages;  // sent and not acknowledged, by command

  // A child that is to be asked to cancel.
  struct child_cancel {
    command_id id;            // of its start_child
    std::string workflow_id;  // as child_workflow_id() says

    friend bool operator==(const child_cancel&, const child_cancel&) = default;
  };
  // One that is to hear of its parent's end.
  struct open_child {
    command_id id;                                // of its start_child
    std::string workflow_id;                      // as child_workflow_id() says
    parent_close closing = parent_close::cancel;  // or terminate

    friend bool operator==(const open_child&, const open_child&) = default;
  };
  std::optional<message_id> parent = {};   // as in `started`
  std::vector<start_child> starts = {};    // not acknowledged, by command, with workflow ids
  std::vector<child_cancel> cancels = {};  // likewise
  std::vector<open_child> children = {};   // by command
  bool is_in_family() const { return parent || !starts.empty() || !cancels.empty(); }

  friend bool operator==(const anchor&, const anchor&) = default;
};

struct record {
  sequence at{};
  wall_time raw_time;  // what the clock said
  wall_time time;      // max(raw_time, time of the previous record), rule 11
  hash256 previous;    // hash of the previous record's bytes; zero for the first
  std::variant<turn, intake, anchor> body;

  friend bool operator==(const record&, const record&) = default;
};

// What came in with a record; nothing did with an anchor.
const std::vector<event>& events_of(const record& r);
// Was it the last of its run, but for anchors?
bool ends_run(const record& r);
// Of an intake that ended its run: why. Null for any other record.
const terminated* termination_in(const record& r);
// The event that opens a run, if `r` is the first record of one.
const started* opening_in(const record& r);

}  // namespace theus::journal
