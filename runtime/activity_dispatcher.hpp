#pragma once

#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "activity_task.hpp"

namespace theus {

class engine_core;

// Runs attempts: plain functions on the blocking executor, asio::awaitable ones on the IO executor;
// at most `at_once` of them. What has to wait takes turns by run, so a run with a hundred thousand
// activities does not delay the others.
// Thread: any.
class activity_dispatcher {
 public:
  activity_dispatcher(engine_core& core, std::size_t at_once) : core_(core), at_once_(at_once) {}

  // Each task's shard hears of its outcome; not if the task is stopped before it begins, or the
  // dispatcher is closed.
  void submit(std::vector<std::shared_ptr<activity_task>> tasks);
  // What waits is dropped, what runs goes on.
  void close();
  // Given to an executor and not yet back.
  std::size_t running() const;

 private:
  struct line {
    journal::run_id run;
    std::deque<std::shared_ptr<activity_task>> tasks;
  };

  void launch(std::span<std::shared_ptr<activity_task>> tasks);  // are moved from
  void launch_awaitable(std::shared_ptr<activity_task> task);
  void work();
  void run(const std::shared_ptr<activity_task>& task);
  bool begins(const activity_task& task);
  void ended(const std::shared_ptr<activity_task>& task, attempt_outcome outcome);
  blob_store blobs_of(const activity_task& task);
  void pin_blobs(const activity_task& task, attempt_outcome& outcome);
  void release();

  engine_core& core_;
  const std::size_t at_once_;

  mutable std::mutex mutex_;
  std::size_t running_ = 0;
  std::deque<std::shared_ptr<activity_task>> blocking_;  // let in, and nobody has begun it
  std::size_t workers_ = 0;                              // handlers of `work`
  bool closed_ = false;
  std::list<line> lines_;  // of runs with waiting tasks; the front one is next
  std::unordered_map<journal::run_id, std::list<line>::iterator> line_of_;
};

}  // namespace theus
