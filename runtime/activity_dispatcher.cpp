#include "activity_dispatcher.hpp"

#include <algorithm>

#include "engine_core.hpp"

namespace theus {

void activity_dispatcher::submit(std::vector<std::shared_ptr<activity_task>> tasks) {
  std::size_t let_in = 0;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    let_in = std::min(tasks.size(), at_once_ - std::min(at_once_, running_));
    running_ += let_in;
    for (std::size_t i = let_in; i < tasks.size(); ++i) {
      auto& place = line_of_.try_emplace(tasks[i]->run, lines_.end()).first->second;
      if (place == lines_.end()) place = lines_.insert(lines_.end(), line{tasks[i]->run, {}});
      place->tasks.push_back(std::move(tasks[i]));
    }
  }
  tasks.resize(let_in);
  launch(tasks);
}

void activity_dispatcher::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  lines_.clear();
  line_of_.clear();
}

std::size_t activity_dispatcher::running() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

void activity_dispatcher::launch(std::span<std::shared_ptr<activity_task>> tasks) {
  std::size_t missing = 0;
  {
    const std::lock_guard lock(mutex_);
    for (auto& task : tasks) {
      if (task->type->how() == activity_type::kind::blocking) blocking_.push_back(std::move(task));
    }
    missing = std::min(blocking_.size(), core_.where.blocking_threads -
                                             std::min(core_.where.blocking_threads, workers_));
    workers_ += missing;
  }
  try {
    for (; missing > 0; --missing) core_.post(core_.where.blocking, [this] { work(); });
  } catch (...) {  // no memory for it
    const std::lock_guard lock(mutex_);
    workers_ -= missing;
    throw;
  }
  for (auto& task : tasks) {
    if (task) launch_awaitable(std::move(task));
  }
}

// Whoever works takes what is next until nothing is left, so a thread that comes free is never
// waited for by what another one has in front of it.
void activity_dispatcher::work() {
  for (;;) {
    std::shared_ptr<activity_task> task;
    {
      const std::lock_guard lock(mutex_);
      if (blocking_.empty()) {
        --workers_;
        return;
      }
      task = std::move(blocking_.front());
      blocking_.pop_front();
    }
    run(task);
  }
}

void activity_dispatcher::run(const std::shared_ptr<activity_task>& task) {
  if (!begins(*task)) return release();
  attempt current(task->run, task->command.id, task->attempt, task->workflow_id,
                  task->stop.get_token(), blobs_of(*task));
  core_.attempt_began(task);
  ended(task, task->type->run(current, task->command.arguments));
}

void activity_dispatcher::launch_awaitable(std::shared_ptr<activity_task> task) {
  core_.post(core_.where.io, [this, task = std::move(task)] {
    if (!begins(*task)) return release();
    auto current =
        std::make_shared<attempt>(task->run, task->command.id, task->attempt, task->workflow_id,
                                  task->stop.get_token(), blobs_of(*task));
    core_.attempt_began(task);
    task->type->launch(core_.where.io, std::move(current), task->command.arguments,
                       [keep = core_.shared_from_this(), this, task](attempt_outcome outcome) {
                         ended(task, std::move(outcome));
                       });
  });
}

bool activity_dispatcher::begins(const activity_task& task) {
  if (task.stop.stop_requested()) return false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
  }
  core_.count.activities_run.fetch_add(1, std::memory_order_relaxed);
  return true;
}

blob_store activity_dispatcher::blobs_of(const activity_task& task) {
  return blob_store(core_.checkpoints.archive(), task.pins);
}

// What a result mentions has to be there, and stays until it is recorded.
void activity_dispatcher::pin_blobs(const activity_task& task, attempt_outcome& outcome) {
  const auto* value = std::get_if<journal::payload>(&outcome);
  if (!value) return;
  if (auto held = blobs_of(task).pin_all_in(*value); !held) {
    const bool is_made_up = held.error().code == errc::bad_input;
    outcome = attempt_failure{{is_made_up ? "unknown_blob" : "blob_unreadable",
                               "the result: " + held.error().message,
                               {}},
                              !is_made_up};
  }
}

// The shard hears first: whoever waits for running() to become zero knows that all outcomes are
// on their way.
void activity_dispatcher::ended(const std::shared_ptr<activity_task>& task,
                                attempt_outcome outcome) {
  pin_blobs(*task, outcome);
  core_.attempt_ended(task, std::move(outcome));
  release();
}

void activity_dispatcher::release() {
  std::shared_ptr<activity_task> next;
  bool idle = false;
  {
    const std::lock_guard lock(mutex_);
    if (lines_.empty()) {
      idle = --running_ == 0;
    } else {
      line& first = lines_.front();
      next = std::move(first.tasks.front());
      first.tasks.pop_front();
      if (first.tasks.empty()) {
        line_of_.erase(first.run);
        lines_.pop_front();
      } else {
        lines_.splice(lines_.end(), lines_, lines_.begin());
      }
    }
  }
  if (next) return launch({&next, 1});
  if (idle) core_.activities_idle();
}

}  // namespace theus
