#include "waiting_attempts.hpp"

#include <algorithm>

namespace theus {

waiting_attempts::waiting_attempts(const queue_limits& limits) : limits_(limits) {
  if (limits_.per_second > 0) {
    interval_ =
        std::min(microseconds(1e6 / limits_.per_second), microseconds(std::chrono::days(1)));
  }
  limits_.burst = std::max(limits_.burst, 1U);
  limits_.priority = std::clamp(limits_.priority, 1U, 5U);
}

bool waiting_attempts::begin_at_once(journal::wall_time now) {
  if (!is_empty() || !has_place() || due(now) > now.time_since_epoch()) return false;
  count_one(now);
  return true;
}

void waiting_attempts::push(std::shared_ptr<activity_task> task) {
  auto& place = line_of_.try_emplace(task->run, lines_.end()).first->second;
  if (place == lines_.end()) place = lines_.insert(lines_.end(), line{task->run, {}});
  place->tasks.push_back(std::move(task));
}

std::shared_ptr<activity_task> waiting_attempts::take(journal::wall_time now) {
  if (!has_place() || due(now) > now.time_since_epoch()) return nullptr;
  while (!is_empty()) {
    auto next = pop();
    if (next->stop.stop_requested()) continue;
    count_one(now);
    return next;
  }
  return nullptr;
}

std::shared_ptr<activity_task> waiting_attempts::pop() {
  line& first = lines_.front();
  auto next = std::move(first.tasks.front());
  first.tasks.pop_front();
  if (first.tasks.empty()) {
    line_of_.erase(first.run);
    lines_.pop_front();
  } else {
    lines_.splice(lines_.end(), lines_, lines_.begin());
  }
  return next;
}

void waiting_attempts::clear() {
  line_of_.clear();
  lines_.clear();
}

std::optional<journal::wall_time> waiting_attempts::next_begin(journal::wall_time now) {
  if (is_empty() || !has_place()) return std::nullopt;
  return journal::wall_time(std::chrono::ceil<std::chrono::microseconds>(due(now)));
}

// A virtual schedule: each begin moves it on by an interval, and up to `burst - 1` of those may be
// borrowed. A clock that was set back must not stop the queue until it is there again.
waiting_attempts::microseconds waiting_attempts::due(journal::wall_time now) {
  next_ = std::min(next_, microseconds(now.time_since_epoch()) + interval_ * limits_.burst);
  return next_ - interval_ * (limits_.burst - 1);
}

void waiting_attempts::count_one(journal::wall_time now) {
  next_ = std::max(next_, microseconds(now.time_since_epoch())) + interval_;
  ++running_;
}

}  // namespace theus
