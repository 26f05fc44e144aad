#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "theus/runtime/clock.hpp"

#include "activity_task.hpp"
#include "waiting_attempts.hpp"

namespace theus {

class engine_core;

// Runs attempts: plain functions on the blocking executor, as many as it has threads;
// asio::awaitable ones on the IO executor; at most `at_once` of them all, and as the limits of
// their queues allow. What is let in first among those that wait is of the queue with the better
// priority.
// Thread: any.
class activity_dispatcher {
 public:
  activity_dispatcher(engine_core& core, std::size_t at_once, const activity_queues& queues);

  // Which queue attempts of this activity wait in: for activity_task::queue.
  std::size_t queue_of(const std::string& activity) const;
  // Each task's shard hears of its outcome; not if the task is stopped before it begins, or the
  // dispatcher is closed.
  void submit(std::vector<std::shared_ptr<activity_task>> tasks);
  // What waits is dropped, what runs goes on.
  void close();
  // Given to an executor and not yet back.
  std::size_t running() const;

 private:
  using tasks_type = std::vector<std::shared_ptr<activity_task>>;

  bool has_thread() const;
  void count(const activity_task& begun);
  // What may begin of what waits. Locked.
  tasks_type take_waiting();
  std::shared_ptr<activity_task> take_next(journal::wall_time now);
  void wake_when_rates_allow(journal::wall_time now);
  void rates_allow();
  void launch(std::span<std::shared_ptr<activity_task>> tasks);  // are moved from; null is none
  void launch_awaitable(std::shared_ptr<activity_task> task);
  void work();
  void run(const std::shared_ptr<activity_task>& task);
  bool begins(activity_task& task);
  static std::shared_ptr<heartbeat_sink> beats_of(const std::shared_ptr<activity_task>& task);
  void ended(const std::shared_ptr<activity_task>& task, attempt_outcome outcome);
  blob_store blobs_of(const activity_task& task);
  void pin_blobs(const activity_task& task, attempt_outcome& outcome);
  void release(const activity_task& task);

  engine_core& core_;
  const std::size_t at_once_;

  std::map<std::string, std::size_t, std::less<>> queue_of_activity_;

  mutable std::mutex mutex_;
  std::vector<waiting_attempts> queues_;  // the first is of the activities that are in none
  std::vector<std::size_t> order_;        // of queues_: by priority, then whose turn it is
  std::unique_ptr<wall_clock::alarm> alarm_;
  journal::wall_time alarm_at_{};
  std::size_t running_ = 0;
  std::size_t running_plain_ = 0;                        // of them: each has a thread, or gets one
  std::deque<std::shared_ptr<activity_task>> blocking_;  // let in, and nobody has begun it
  std::size_t workers_ = 0;                              // handlers of `work`
  bool closed_ = false;
};

}  // namespace theus
