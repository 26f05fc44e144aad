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
  for (std::size_t i = 0; i < let_in; ++i) launch(std::move(tasks[i]));
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

void activity_dispatcher::launch(std::shared_ptr<activity_task> task) {
  if (task->type->how() == activity_type::kind::blocking) {
    core_.post(core_.where.blocking, [this, task = std::move(task)] {
      if (!begins(*task)) return release();
      attempt current(task->run, task->command.id, task->attempt, task->workflow_id,
                      task->stop.get_token());
      core_.attempt_began(task);
      ended(task, task->type->run(current, task->command.arguments));
    });
    return;
  }
  core_.post(core_.where.io, [this, task = std::move(task)] {
    if (!begins(*task)) return release();
    auto current = std::make_shared<attempt>(task->run, task->command.id, task->attempt,
                                             task->workflow_id, task->stop.get_token());
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

// The shard hears first: whoever waits for running() to become zero knows that all outcomes are
// on their way.
void activity_dispatcher::ended(const std::shared_ptr<activity_task>& task,
                                attempt_outcome outcome) {
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
  if (next) return launch(std::move(next));
  if (idle) core_.activities_idle();
}

}  // namespace theus
