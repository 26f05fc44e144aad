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

bool waiting_attempts::begin_at_once(const activity_task& task, bool has_thread,
                                     journal::wall_time now) {
  if (task.blocks() && !has_thread) return false;
  if (!lines_of(task.blocks()).all.empty() || !has_place()) return false;
  if (due(now) > now.time_since_epoch()) return false;
  count_one(now);
  return true;
}

void waiting_attempts::push(std::shared_ptr<activity_task> task) {
  lines& to = lines_of(task->blocks());
  auto& place = to.of.try_emplace(task->run, to.all.end()).first->second;
  if (place == to.all.end()) place = to.all.insert(to.all.end(), line{task->run, {}});
  place->tasks.push_back(std::move(task));
}

waiting_attempts::lines* waiting_attempts::next_lines(bool has_thread) {
  const bool plain = has_thread && !lines_of(true).all.empty();
  const bool awaitable = !lines_of(false).all.empty();
  if (!plain && !awaitable) return nullptr;
  return &lines_of(plain && (blocking_next_ || !awaitable));
}

std::shared_ptr<activity_task> waiting_attempts::take(bool has_thread, journal::wall_time now) {
  if (!has_place() || due(now) > now.time_since_epoch()) return nullptr;
  while (lines* from = next_lines(has_thread)) {
    auto next = pop(*from);
    if (next->stop.stop_requested()) continue;
    blocking_next_ = !next->blocks();
    count_one(now);
    return next;
  }
  return nullptr;
}

std::shared_ptr<activity_task> waiting_attempts::pop(lines& from) {
  line& first = from.all.front();
  auto next = std::move(first.tasks.front());
  first.tasks.pop_front();
  if (first.tasks.empty()) {
    from.of.erase(first.run);
    from.all.pop_front();
  } else {
    from.all.splice(from.all.end(), from.all, from.all.begin());
  }
  return next;
}

void waiting_attempts::clear() { lines_ = {}; }

std::optional<journal::wall_time> waiting_attempts::next_begin(bool has_thread,
                                                               journal::wall_time now) {
  if (!has_place() || next_lines(has_thread) == nullptr) return std::nullopt;
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
