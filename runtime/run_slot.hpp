#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/intrusive/list.hpp>

#include "theus/journal/store.hpp"
#include "theus/runtime/clock.hpp"
#include "theus/runtime/engine.hpp"
#include "theus/runtime/machine.hpp"
#include "theus/runtime/replayer.hpp"

#include "activity_task.hpp"
#include "answer.hpp"
#include "question.hpp"

namespace theus {

// Does it say from outside whether the run goes on: ends, pauses or resumes it?
bool is_ruling(const journal::event& e);

// Events that came in and are in no record yet, in order, each with who waits for it to be durable.
struct inbox {
  std::vector<journal::event> events;
  std::vector<answer<void>> answers;  // as many as events

  bool empty() const { return events.empty(); }
  void push(journal::event e, answer<void> done = {});
  // Puts `earlier` in front of what is here.
  void put_back(inbox earlier);
  // The first that is_ruling, alone; empty: there is none.
  inbox take_ruling();
  // Per event: whether it is missing in `applied`, which is in order and has others, too.
  std::vector<bool> left_out_of(const std::vector<journal::event>& applied) const;
  // All updates.
  inbox take_updates();
};

// Who waits for what an update comes to, which is accepted.
struct update_waiter {
  std::string update_id;
  answer<update_reply> done;
};

// The unit of a run that the journal is writing (rule 9: one at most).
struct append_in_flight {
  inbox taken;                  // to be taken again if the append fails
  std::vector<bool> came_late;  // per event: the run ended before it, in this very turn; or empty
  std::vector<log_line> log;
  bool finishes_run = false;
  answer<void> trimmed;  // of an anchor: who waits for it
};

// An anchor to be appended between two turns, and who waits for that, if somebody does.
struct wanted_trim {
  journal::anchor anchor;
  answer<void> done;
};

// Why a run does not go on, and when it is tried again (rule 17).
struct stuck_state {
  std::string reason;
  std::uint32_t failed_turns = 0;
  journal::wall_time next_try;
  bool due = false;  // the backoff has ended: the next turn may be tried
  std::unique_ptr<wall_clock::alarm> alarm;
};

// What loading the run would have to replay behind its last checkpoint.
struct replay_cost {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  bool has_ends = false;       // of phases or iterations: a checkpoint would be shorter
  bool is_requested = false;   // a checkpoint is on its way
  std::uint64_t reported = 0;  // at so many records
  // As measured when its last checkpoint was taken; zero: not yet.
  std::chrono::nanoseconds per_record{0};

  std::chrono::nanoseconds time() const { return records * per_record; }
};

struct running_attempt {
  std::shared_ptr<activity_task> task;
  std::unique_ptr<wall_clock::alarm> timeout = nullptr;   // of the attempt, once it began
  std::unique_ptr<wall_clock::alarm> deadline = nullptr;  // to begin, or of the whole call
  std::unique_ptr<wall_clock::alarm> silence = nullptr;   // when its heartbeats are looked at again
  bool may_wait = false;           // it had begun in an earlier process, and need not by a deadline
  std::uint64_t beats = 0;         // so many there were the last time
  std::uint32_t silent_looks = 0;  // since they changed
};

using idle_hook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<struct idle_tag>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
using ready_hook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<struct ready_tag>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// What is in memory of a run. A run that only sleeps has none: a slot goes as soon as nothing in
// it is worth keeping. Belongs to one shard and is touched on its executor only. Linked into the
// frame cache's order while idle, and into its shard's queue while there may be something to do.
struct run_slot : idle_hook, ready_hook {
  explicit run_slot(journal::run_id run) : id(run) {}

  const journal::run_id id;
  std::string workflow_id;  // "" until it was looked up

  std::unique_ptr<machine> body;  // null while evicted
  journal::head head;             // valid with a body, and while stuck
  bool is_own_build = false;      // this program made the last turn; valid with a body
  std::vector<replayer::unconsumed_intake> unconsumed;
  std::size_t weight_bytes = 0;  // as the frame cache counts it
  replay_cost replay;            // valid with a body

  inbox incoming;
  std::unique_ptr<wanted_trim> trim;
  std::optional<append_in_flight> flight;
  std::vector<journal::command_id> due_retries;
  bool wake = false;       // timers may be due, or somebody wants it loaded
  bool away = false;       // its code runs or is replayed: the shard may have another thread then
  bool resumed = false;    // loaded since its pending activities were last dispatched
  bool starting = false;   // its first record is not durable yet
  bool uncertain = false;  // the last append may or may not be durable
  std::optional<bool> paused;                     // absent: not looked up
  std::optional<journal::unit> doubtful;          // what that append was
  std::optional<error> refusal;                   // what kept the journal from trying it
  std::uint32_t refused_appends = 0;              // in a row
  std::unique_ptr<wall_clock::alarm> look_again;  // at the journal, which could not be read

  std::unique_ptr<wall_clock::alarm> long_away;  // who watches a thread that is lost in its code

  std::map<journal::command_id, running_attempt> running;
  std::vector<answer<run_outcome>> waiters;
  std::vector<update_waiter> update_waiters;
  std::vector<question> asking;  // until what is under way is durable, or is known not to be
  std::optional<stuck_state> stuck;

  // Nothing here that the journal does not know.
  bool is_disposable() const {
    return !body && !flight && !uncertain && incoming.empty() && !wake && running.empty() &&
           waiters.empty() && update_waiters.empty() && !stuck && !starting && !away && !trim &&
           asking.empty();
  }
};

}  // namespace theus
