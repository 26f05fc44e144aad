#include "activity_dispatcher.hpp"

#include <algorithm>
#include <numeric>

#include "engine_core.hpp"

namespace theus {

activity_dispatcher::activity_dispatcher(engine_core& core, std::size_t at_once,
                                         const activity_queues& queues)
    : core_(core), at_once_(at_once) {
  queues_.emplace_back(queue_limits{});
  std::map<std::string, std::size_t, std::less<>> place_of;
  for (const auto& [name, limits] : queues.limits) {
    place_of.emplace(name, queues_.size());
    queues_.emplace_back(limits);
  }
  for (const auto& [activity, queue] : queues.of_activity) {
    if (const auto found = place_of.find(queue); found != place_of.end()) {
      queue_of_activity_.emplace(activity, found->second);
    }
  }
  order_.resize(queues_.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::ranges::sort(order_, {},
                    [this](std::size_t i) { return std::pair(queues_[i].priority(), i); });
}

std::size_t activity_dispatcher::queue_of(const std::string& activity) const {
  const auto found = queue_of_activity_.find(activity);
  return found == queue_of_activity_.end() ? 0 : found->second;
}

void activity_dispatcher::submit(tasks_type tasks) {
  tasks_type before;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    const auto now = core_.clock.now();
    for (auto& task : tasks) {
      auto& queue = queues_[task->queue];
      if (running_ < at_once_ && queue.begin_at_once(*task, has_thread(), now)) {
        count(*task);
      } else {
        queue.push(std::move(task));
      }
    }
    before = take_waiting();
  }
  launch(before);
  launch(tasks);
}

void activity_dispatcher::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  alarm_.reset();
  for (auto& queue : queues_) queue.clear();
}

bool activity_dispatcher::has_thread() const {
  return running_plain_ < core_.where.blocking_threads;
}

void activity_dispatcher::count(const activity_task& begun) {
  ++running_;
  if (begun.blocks()) ++running_plain_;
}

activity_dispatcher::tasks_type activity_dispatcher::take_waiting() {
  tasks_type taken;
  if (std::ranges::all_of(queues_, &waiting_attempts::is_empty)) return taken;
  const auto now = core_.clock.now();
  while (running_ < at_once_) {
    auto next = take_next(now);
    if (!next) break;
    count(*next);
    taken.push_back(std::move(next));
  }
  wake_when_rates_allow(now);
  return taken;
}

std::shared_ptr<activity_task> activity_dispatcher::take_next(journal::wall_time now) {
  for (auto at = order_.begin(); at != order_.end(); ++at) {
    auto next = queues_[*at].take(has_thread(), now);
    if (!next) continue;
    // Behind those of the same priority.
    const auto behind = std::find_if(at, order_.end(), [&](std::size_t other) {
      return queues_[other].priority() > queues_[*at].priority();
    });
    std::rotate(at, at + 1, behind);
    return next;
  }
  return nullptr;
}

void activity_dispatcher::wake_when_rates_allow(journal::wall_time now) {
  if (running_ >= at_once_) return;  // whoever ends looks again
  std::optional<journal::wall_time> first;
  for (auto& queue : queues_) {
    const auto next = queue.next_begin(has_thread(), now);
    if (next && (!first || *next < *first)) first = next;
  }
  // An alarm that is late was set before the clock jumped.
  if (!first || (alarm_ && alarm_at_ <= *first && alarm_at_ > now)) return;
  alarm_at_ = *first;
  alarm_ =
      core_.clock.set_delay(core_.where.io, std::max(*first - now, journal::wall_time::duration(0)),
                            core_.guarded([this] { rates_allow(); }));
}

void activity_dispatcher::rates_allow() {
  tasks_type next;
  {
    const std::lock_guard lock(mutex_);
    alarm_.reset();
    if (closed_) return;
    next = take_waiting();
  }
  launch(next);
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
      if (!task || !task->blocks()) continue;
      blocking_.push_back(std::move(task));
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
  if (!begins(*task)) return release(*task);
  attempt current(task->run, task->command.id, task->attempt, task->workflow_id,
                  task->stop.get_token(), blobs_of(*task), beats_of(task));
  core_.attempt_began(task);
  ended(task, task->type->run(current, task->command.arguments));
}

void activity_dispatcher::launch_awaitable(std::shared_ptr<activity_task> task) {
  core_.post(core_.where.io, [this, task = std::move(task)] {
    if (!begins(*task)) return release(*task);
    auto current =
        std::make_shared<attempt>(task->run, task->command.id, task->attempt, task->workflow_id,
                                  task->stop.get_token(), blobs_of(*task), beats_of(task));
    core_.attempt_began(task);
    task->type->launch(core_.where.io, std::move(current), task->command.arguments,
                       [keep = core_.shared_from_this(), this, task](attempt_outcome outcome) {
                         ended(task, std::move(outcome));
                       });
  });
}

std::shared_ptr<heartbeat_sink> activity_dispatcher::beats_of(
    const std::shared_ptr<activity_task>& task) {
  return {task, &task->beats};
}

bool activity_dispatcher::begins(activity_task& task) {
  if (task.stop.stop_requested()) return false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
  }
  if (!task.try_begin()) return false;
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
  release(*task);
}

void activity_dispatcher::release(const activity_task& task) {
  tasks_type next;
  bool idle = false;
  {
    const std::lock_guard lock(mutex_);
    --running_;
    if (task.blocks()) --running_plain_;
    queues_[task.queue].ended();
    next = take_waiting();
    idle = running_ == 0;
  }
  launch(next);
  if (idle) core_.activities_idle();
}

}  // namespace theus
