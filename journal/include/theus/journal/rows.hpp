#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "theus/journal/record.hpp"

// Rows are what a runtime looks up without reading records. Derived rows follow from records alone
// through `derive`; a store writes them with the record and can rebuild them at any time (rule 3).
namespace theus::journal {

enum class run_status : std::uint8_t { running, completed, failed, cancelled, terminated };

const char* name(run_status status);

// One per run.
struct instance_row {
  run_id run;
  std::string workflow_id;
  std::string workflow_type;
  std::string request_id;
  run_status status = run_status::running;
  wall_time started_at;
  std::optional<wall_time> closed_at;
  std::optional<message_id> parent = {};  // of a child, as in `started`
  bool is_paused = false;                 // a run that is running makes no turns

  friend bool operator==(const instance_row&, const instance_row&) = default;
};

// A wake-up at a time: a sleeping timer, or an activity's next attempt.
struct timer_row {
  enum class purpose : std::uint8_t { timer, retry };
  wall_time due;
  run_id run;
  command_id command;
  purpose what = purpose::timer;

  friend bool operator==(const timer_row&, const timer_row&) = default;
};

// One per run that has activities whose first attempt has no recorded outcome: how many.
struct task_row {
  run_id run;
  std::uint32_t count = 0;

  friend bool operator==(const task_row&, const task_row&) = default;
};

// What a child's end is told its parent by. Its workflow and run ids are in it.
struct child_report {
  run_id parent;
  child_ended ended;

  friend bool operator==(const child_report&, const child_report&) = default;
};

// A child ends with its parent.
struct child_terminate {
  command_id id;  // of its start_child
  std::string workflow_id;

  friend bool operator==(const child_terminate&, const child_terminate&) = default;
};

// A message to another run that nobody acknowledged yet. Workflow ids of children are never empty
// here.
struct message_row {
  run_id sender;
  std::variant<send_signal, start_child, anchor::child_cancel, child_report, child_terminate>
      message;

  friend bool operator==(const message_row&, const message_row&) = default;
};

message_id id_of(const message_row& row);

// A turn could not be made from these events yet: the run must be woken to try again.
struct backlog_row {
  run_id run;
  sequence intake{};

  friend bool operator==(const backlog_row&, const backlog_row&) = default;
};

// A record mentions a blob, which therefore stays. They go with the records.
struct blob_row {
  run_id run;
  sequence at{};
  hash256 blob;

  friend auto operator<=>(const blob_row&, const blob_row&) = default;
};

// A kept row: what the attempts of an activity that is not over said last. It follows from no
// record, so a rebuild leaves it alone; it goes with the record that ends the call or the run.
struct heartbeat_row {
  run_id run;
  command_id command;
  std::uint32_t attempt = 1;  // which one beat last
  wall_time at;               // when
  // What an attempt that goes on from there wants to know. Putting a row without leaves those of
  // the row before.
  std::optional<payload> details = {};

  friend bool operator==(const heartbeat_row&, const heartbeat_row&) = default;
};

// What one record changes. `derive` gives these; a store applies them in order.
struct open_instance {
  instance_row row;
};
struct close_instance {
  run_id run;
  run_status status = run_status::completed;
  wall_time closed_at;
  std::variant<payload, failure_info> outcome = {};  // for its parent, if it has one
};
struct hold_instance {
  run_id run;
  bool is_paused = false;
};
// A child that is to hear of its parent's end, until it has ended, or is asked to cancel. The row
// that closes the parent's instance sends what it hears.
struct put_child {
  run_id parent;
  anchor::open_child child;
};
struct erase_child {
  run_id parent;
  command_id id;
};
struct put_timer {
  timer_row row;
};
struct erase_timer {
  timer_row row;
};
struct put_task {
  run_id run;
  command_id command;
};
struct erase_task {
  run_id run;
  command_id command;
};
struct put_message {
  message_row row;
};
struct put_backlog {
  backlog_row row;
};  // an intake that a turn has to consume
struct erase_backlog {
  run_id run;
  sequence through{};
};
// Timers, tasks and backlog of a finished run. Messages stay: they were sent.
struct erase_wakeups {
  run_id run;
};
// The records up to `through` are erased; the anchor says what stands in their place.
struct put_anchor {
  run_id run;
  sequence at{};  // the anchor's own
  sequence through{};
};
struct put_blob {
  blob_row row;
};

using row_change = std::variant<open_instance, close_instance, put_timer, erase_timer, put_task,
                                erase_task, put_message, put_backlog, erase_backlog, erase_wakeups,
                                put_anchor, put_blob, hold_instance, put_child, erase_child>;

// Pure: the same record gives the same changes, at append and at rebuild alike. Erasing what is not
// there changes nothing: an outcome may be recorded for what was withdrawn meanwhile.
std::vector<row_change> derive(run_id run, const record& r);
// The same, behind what `to` holds.
void derive(run_id run, const record& r, std::vector<row_change>& to);
// What all records up to `a.through` left of rows, but for tasks, which are of other records each.
std::vector<row_change> rows_behind(run_id run, const anchor& a);

}  // namespace theus::journal
