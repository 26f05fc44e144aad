#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <unordered_map>

#include "theus/journal/time.hpp"
#include "theus/runtime/activity_queue.hpp"

#include "activity_task.hpp"

namespace theus {

// The attempts of one activity queue: those that wait for its limits, or for a thread, and how many
// run. Runs take turns, so one with a hundred thousand activities does not delay the others; so do
// plain activities and those on the event loop. One thread at a time.
class waiting_attempts {
 public:
  explicit waiting_attempts(const queue_limits& limits);

  std::uint32_t priority() const { return limits_.priority; }
  bool is_empty() const { return lines_of(true).all.empty() && lines_of(false).all.empty(); }

  // Whether this one, which comes now, need not wait; it has begun then. `has_thread`: one is free
  // for a plain activity; the others need none.
  bool begin_at_once(const activity_task& task, bool has_thread, journal::wall_time now);
  void push(std::shared_ptr<activity_task> task);
  // The next one, which has begun; null when none waits, or none may begin now. Those that were
  // stopped are dropped.
  std::shared_ptr<activity_task> take(bool has_thread, journal::wall_time now);
  void ended() { --running_; }
  void clear();

  // When the next that waits may begin, when only the rate keeps it from that.
  std::optional<journal::wall_time> next_begin(bool has_thread, journal::wall_time now);

 private:
  using microseconds = std::chrono::duration<double, std::micro>;
  struct line {
    journal::run_id run;
    std::deque<std::shared_ptr<activity_task>> tasks;
  };
  struct lines {
    std::list<line> all;  // of runs with attempts that wait; the front one is next
    std::unordered_map<journal::run_id, std::list<line>::iterator> of;
  };

  const lines& lines_of(bool blocks) const { return lines_[blocks ? 1 : 0]; }
  lines& lines_of(bool blocks) { return lines_[blocks ? 1 : 0]; }

  bool has_place() const { return limits_.at_once == 0 || running_ < limits_.at_once; }
  // When the rate lets the next one begin: in the past, if it may now.
  microseconds due(journal::wall_time now);
  void count_one(journal::wall_time now);
  // The kind of the next that may begin; null when there is none.
  lines* next_lines(bool has_thread);
  static std::shared_ptr<activity_task> pop(lines& from);

  queue_limits limits_;
  microseconds interval_{0};  // zero: no rate
  microseconds next_{0};      // since the epoch: when the next would begin if there were no bursts
  std::size_t running_ = 0;
  std::array<lines, 2> lines_;
  bool blocking_next_ = true;
};

}  // namespace theus
