#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "frame_cache.hpp"
#include "journal_writer.hpp"
#include "loader.hpp"
#include "outcome_box.hpp"
#include "run_slot.hpp"
#include "timer_service.hpp"

namespace theus {

class engine_core;
class shard_seat;

// Owns every run whose id hashes to it: loads it, steps it, hands its turns to the writer and acts
// once they are durable. Nothing here is locked.
// Thread: all members on the shard's executor.
class shard {
 public:
  shard(engine_core& core, std::uint32_t index);

  // ---- requests
  // `parent`: of a child, whose request id then never ends to name it.
  void start(start_request request, answer<start_reply> done,
             std::optional<journal::message_id> parent = {});
  void deliver(const std::string& workflow_id, journal::event event, answer<void> done);
  void deliver(journal::run_id run, journal::event event, answer<void> done);
  void deliver_to_child(const std::string& workflow_id, const journal::message_id& parent,
                        journal::event event, answer<void> done);
  void wait(const std::string& workflow_id, answer<run_outcome> done);
  void retry_now(const std::string& workflow_id, answer<void> done);
  std::vector<stuck_run> stuck() const;
  void query(query_request request, answer<journal::payload> done);
  void update(update_request request, answer<update_reply> done);

  // ---- what a sweep found
  void take(std::span<const journal::task_row> rows);
  void take(std::span<const journal::backlog_row> rows);
  void take(std::span<const journal::timer_row> rows);

  // ---- what comes back
  void answered(std::vector<append_done> answers);
  void attempt_began(const std::shared_ptr<activity_task>& task);
  void attempts_ended();  // those in `ended`
  // As of which record; before_first: none could be taken.
  void checkpoint_taken(journal::run_id run, journal::sequence at,
                        std::chrono::nanoseconds per_record);
  // What the anchor stands for is to go: it is appended between two turns. Of a run that has ended
  // nothing is loaded for it.
  void trim(journal::run_id run, const journal::anchor& anchor, answer<void> done);
  // The journal takes appends again: what it left in doubt can be looked up.
  void disk_recovered();

  // ---- turns
  // Goes on with every run that has something to do, and hands on what came of it. Every handler on
  // the shard's executor ends with this, and does nothing afterwards: it may throw seat_lost. While
  // more handlers are on their way, some of them are let in first: what they bring shares turns.
  void run_ready(bool more_to_come);
  // Handlers that were posted and have not begun. Thread: any.
  std::atomic<std::uint32_t> coming = 0;
  // Thread: any.
  outcome_box ended;
  // Another thread runs the shard from now on: the one before is lost in the code of some run.
  void taken_over();

  // ---- the end
  void ask_attempts_to_stop();
  // Lets what is in flight commit, then forgets everything and tells the core.
  void close() { closing_ = true; }
  // The journal takes no more appends, ever: everybody is told so.
  void halt(const error& why);

 private:
  struct waiting_start {
    start_request request;
    answer<start_reply> done;
    std::optional<journal::message_id> parent = {};
  };

  // What one pass over a run's events becomes.
  struct turn_in_making {
    journal::wall_time raw;
    journal::intake attempts;
    std::vector<event_batch> intakes;   // views of the slot's unconsumed ones
    std::vector<journal::event> own;    // due timers, then what came in
    std::vector<journal::event> noted;  // the attempts, in paranoid mode
    step_result stepped;
    std::optional<std::string> differs;  // when made once more, in paranoid mode
    append_in_flight flight;
    std::optional<journal::unit> unit;
  };

  // shard_start.cpp: how runs begin
  void start_by_policy(start_request request, answer<start_reply> done);
  void start_behind_end_of(run_slot& s, start_request request, answer<start_reply> done);
  void signal_instead(run_slot& s, start_request request, answer<start_reply> done);
  std::optional<error> why_not_after_failure(const std::string& workflow_id) const;
  std::optional<result<start_reply>> answer_by_request(
      const start_request& request, const std::optional<journal::message_id>& parent);
  void begin_run(start_request request, answer<start_reply> done,
                 std::optional<journal::message_id> parent);
  void start_settled(const std::string& workflow_id);

  // shard.cpp: finding runs
  bool is_over() const { return closed_ || halted_; }
  run_slot* find(journal::run_id run);
  bool has_ended(journal::run_id run) const;  // as the journal says
  run_slot& slot_of(journal::run_id run);
  void name(run_slot& s, const std::string& workflow_id);
  result<run_slot*> running_slot(const std::string& workflow_id);
  void wake(const journal::timer_row& row);
  void wake(journal::run_id run);

  // shard_queue.cpp: what is to be done, and who does it
  void make_ready(run_slot& s);
  bool hand_on();
  template <class Work, class Then>
  void leave_for(run_slot& s, Work work, Then then);
  void came_back(run_slot& s);
  void report_absence(journal::run_id run);
  static void tell(inbox& those, const error& why);

  // shard_query.cpp: what runs are asked
  void ask(question q);
  void take_questions(run_slot& s);
  void answer_next();
  void settle_question(std::list<open_question>::iterator open);
  void watch_questions(std::chrono::milliseconds most);
  void refuse_questions(const error& why);

  // shard_update.cpp: updates, from being asked for to what they come to
  result<std::variant<run_slot*, update_reply>> slot_to_update(update_request& request);
  journal::run_id run_that_began(journal::run_id wished, const std::string& workflow_id);
  void wait_for_update(journal::run_id run, update_waiter waiting);
  void settle_updates(run_slot& s);
  void settle_updates_of_ended(run_slot& s);
  void refuse_updates(run_slot& s, inbox& taken);
  bool is_judged(const run_slot& s, const journal::event& e) const;
  std::optional<error> why_not_accepted(const run_slot& s, const journal::update_accepted& e) const;

  // shard_turn.cpp: from events to a unit
  void go_on(run_slot& s);
  void begin(run_slot& s);
  void load(run_slot& s);
  void take_over_loaded(run_slot& s, result<load_result> what);
  void make_turn(run_slot& s);
  turn_in_making collect(run_slot& s);
  static void step(engine_core& core, run_slot& s, turn_in_making& t);
  void take_step(run_slot& s, turn_in_making t);
  std::optional<std::string> add_step(run_slot& s, turn_in_making& t);
  void finish_turn(run_slot& s, turn_in_making t);
  std::optional<std::string> append_to(turn_in_making& t, const run_slot& s, journal::record r);
  inbox take_some(run_slot& s);
  static result<void> acknowledgement(const run_slot& s, const journal::event& e);
  void drop_unaccepted(run_slot& s, inbox& events);
  void submit(run_slot& s, journal::unit unit, append_in_flight flight);
  void settle(run_slot& s);
  void evict(run_slot& s);
  void rearm(run_slot& s, journal::wall_time now);

  // shard_stuck.cpp: runs that cannot go on
  void set_aside(run_slot& s, const std::string& reason, inbox taken);
  void keep_for_later(run_slot& s);
  void append_intake(run_slot& s, inbox taken);
  void append_anchor(run_slot& s);
  void refuse_trim(run_slot& s, const error& why);
  void forget_unstarted(run_slot& s, inbox& taken);
  void set_alarm(run_slot& s);
  void backoff_ended(journal::run_id run);
  void redo_later(run_slot& s);
  void unstick(run_slot& s);
  void read_head(run_slot& s);

  // shard_ruling.cpp: what is said from outside, and runs that stand still
  bool take_ruling(run_slot& s);
  std::optional<bool> is_paused(run_slot& s);
  void ask_again_later(run_slot& s);
  void stand_still(run_slot& s);
  void heed(run_slot& s, const journal::unit& unit);
  bool was_terminated(const std::string& workflow_id) const;
  void send_messages_of(journal::run_id run);

  // shard_commit.cpp: what the journal said, and what follows
  void committed(run_slot& s, const journal::unit& unit, bool told_children);
  void refused(run_slot& s, append_done& done);
  void look_up(run_slot& s);
  void redo(run_slot& s);
  void count_replay(run_slot& s, const journal::unit& unit);
  void act(run_slot& s, const journal::unit& unit);
  void act(run_slot& s, const journal::turn& turn);
  void act(run_slot& s, const journal::intake& intake);
  void tell_parent(const run_slot& s, journal::child_ended how);
  void act(run_slot& s, const journal::anchor& anchor);
  void start_refused(run_slot& s, const append_done& done);
  void drop_body(run_slot& s);
  void retire(run_slot& s, const run_outcome* outcome);
  void try_close();
  void erase(run_slot& s);

  // shard_activity.cpp: attempts
  void dispatch_pending(run_slot& s);
  void dispatch(run_slot& s, const activity_leaf& leaf, journal::wall_time now);
  void conclude(run_slot& s, activity_task& task, attempt_outcome outcome);
  void add_failed_attempt(run_slot& s, const journal::schedule_activity& command,
                          std::uint32_t attempt, std::optional<journal::wall_time> scheduled_for,
                          journal::failure_info why, journal::wall_time next);
  void stop_attempt(run_slot& s, const journal::command_id& id);
  running_attempt* current(const activity_task& task);

  // shard_timeouts.cpp: attempts and calls that take too long
  void watch_wait(running_attempt& attempt);
  void wait_ended(const std::shared_ptr<activity_task>& task);
  void watch_heartbeats(const std::shared_ptr<activity_task>& task);
  void heartbeats_looked_at(const std::shared_ptr<activity_task>& task);
  bool waited_too_long(const activity_task& task, journal::wall_time now);
  static journal::failure_info past_start(const activity_task& task);
  void time_out(const std::shared_ptr<activity_task>& task, journal::failure_info why,
                bool is_retryable);

  engine_core& core_;
  const std::uint32_t index_;
  shard_seat* const seat_;
  std::unordered_map<journal::run_id, std::unique_ptr<run_slot>> slots_;
  std::unordered_map<std::string, run_slot*> by_workflow_id_;  // unfinished runs with a slot
  std::map<std::string, std::vector<waiting_start>> starting_;
  frame_cache cache_;
  timer_service timers_;
  boost::intrusive::list<run_slot, boost::intrusive::base_hook<ready_hook>,
                         boost::intrusive::constant_time_size<false>>
      ready_;                                           // in the order of their wishes
  std::vector<append_job> made_;                        // not handed to the writer yet
  std::vector<std::shared_ptr<activity_task>> let_go_;  // nor these to the dispatcher
  std::deque<question> questions_;                      // to be answered, in order
  std::list<open_question> open_questions_;
  std::uint64_t questions_begun_ = 0;
  std::size_t flights_ = 0;
  std::size_t away_ = 0;
  std::uint32_t let_in_first_ = 0;
  bool attempts_stop_ = false;
  bool closing_ = false;
  bool closed_ = false;
  bool halted_ = false;
};

}  // namespace theus
