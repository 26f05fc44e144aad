#pragma once

#include <cstdint>
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
#include "run_slot.hpp"
#include "timer_service.hpp"

namespace theus {

class engine_core;

// Owns every run whose id hashes to it: loads it, steps it, hands its turns to the writer and acts
// once they are durable. Nothing here is locked.
// Thread: all members on the shard's executor.
class shard {
 public:
  shard(engine_core& core, std::uint32_t index);

  // ---- requests
  void start(start_request request, answer<start_reply> done);
  void deliver(const std::string& workflow_id, journal::event event, answer<void> done);
  void wait(const std::string& workflow_id, answer<run_outcome> done);
  void retry_now(const std::string& workflow_id, answer<void> done);
  std::vector<stuck_run> stuck() const;

  // ---- what a sweep found
  void take(std::span<const journal::task_row> rows);
  void take(std::span<const journal::backlog_row> rows);
  void take(std::span<const journal::timer_row> rows);

  // ---- what comes back
  void answered(std::vector<append_done> answers);
  void attempt_began(const std::shared_ptr<activity_task>& task);
  void attempt_ended(const std::shared_ptr<activity_task>& task, attempt_outcome outcome);
  // The journal takes appends again: what it left in doubt can be looked up.
  void disk_recovered();

  // ---- the end
  void ask_attempts_to_stop();
  // Lets what is in flight commit, then forgets everything and tells the core.
  void close();
  // The journal takes no more appends, ever: everybody is told so.
  void halt(const error& why);

 private:
  struct waiting_start {
    start_request request;
    answer<start_reply> done;
  };

  // What one pass over a run's events becomes.
  struct turn_in_making {
    journal::wall_time raw;
    journal::intake attempts;
    std::vector<journal::event> own;  // due timers, then what came in
    append_in_flight flight;
    std::optional<journal::unit> unit;
  };

  // shard.cpp: finding runs
  bool is_over() const { return closed_ || halted_; }
  run_slot* find(journal::run_id run);
  run_slot& slot_of(journal::run_id run);
  void name(run_slot& s, const std::string& workflow_id);
  result<run_slot*> running_slot(const std::string& workflow_id);
  std::optional<result<start_reply>> answer_by_request(const start_request& request);
  void begin_run(start_request request, answer<start_reply> done);
  void start_settled(const std::string& workflow_id);
  void wake(const journal::timer_row& row);
  void wake(journal::run_id run);

  // shard_turn.cpp: from events to a unit
  void pump(run_slot& s);
  bool bring_up(run_slot& s);
  bool make_turn(run_slot& s);
  turn_in_making collect(run_slot& s);
  std::optional<std::string> step(run_slot& s, turn_in_making& t);
  std::optional<std::string> append_to(turn_in_making& t, const run_slot& s, journal::record r);
  inbox take_some(run_slot& s);
  void drop_unaccepted(run_slot& s, inbox& events);
  void submit(run_slot& s, journal::unit unit, append_in_flight flight);
  void settle(run_slot& s);
  void evict(run_slot& s);
  void rearm(run_slot& s, journal::wall_time now);

  // shard_stuck.cpp: runs that cannot go on
  void set_aside(run_slot& s, const std::string& reason, inbox taken);
  void keep_for_later(run_slot& s);
  void append_intake(run_slot& s, inbox taken);
  void forget_unstarted(run_slot& s, inbox& taken);
  void set_alarm(run_slot& s);
  void backoff_ended(journal::run_id run);
  void redo_later(run_slot& s);
  void unstick(run_slot& s);
  void read_head(run_slot& s);

  // shard_commit.cpp: what the journal said, and what follows
  void committed(run_slot& s, const journal::unit& unit);
  void refused(run_slot& s, append_done& done);
  void look_up(run_slot& s);
  void redo(run_slot& s);
  void act(run_slot& s, const journal::unit& unit);
  void act(run_slot& s, const journal::turn& turn);
  void act(run_slot& s, const journal::intake& intake);
  void start_refused(run_slot& s, const append_done& done);
  void drop_body(run_slot& s);
  void retire(run_slot& s, const run_outcome* outcome);
  void finish_close();
  void erase(run_slot& s);

  // shard_activity.cpp: attempts
  void dispatch_pending(run_slot& s);
  void dispatch(run_slot& s, const activity_leaf& leaf, journal::wall_time now);
  void attempt_timed_out(const std::shared_ptr<activity_task>& task);
  void conclude(run_slot& s, const activity_task& task, attempt_outcome outcome);
  void stop_attempt(run_slot& s, const journal::command_id& id);
  running_attempt* current(const activity_task& task);

  engine_core& core_;
  const std::uint32_t index_;
  std::unordered_map<journal::run_id, std::unique_ptr<run_slot>> slots_;
  std::unordered_map<std::string, run_slot*> by_workflow_id_;  // unfinished runs with a slot
  std::map<std::string, std::vector<waiting_start>> starting_;
  frame_cache cache_;
  timer_service timers_;
  std::size_t flights_ = 0;
  bool attempts_stop_ = false;
  bool closing_ = false;
  bool closed_ = false;
  bool halted_ = false;
};

}  // namespace theus
