#include "head_cache.hpp"

namespace theus::journal {

std::optional<head> head_cache::get(run_id run) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(run);
  if (place == places_.end()) return std::nullopt;
  newest_first_.splice(newest_first_.begin(), newest_first_, place->second);
  return place->second->newest;
}

run_tasks* head_cache::tasks_of(run_id run) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(run);
  return place == places_.end() ? nullptr : &place->second->tasks;
}

void head_cache::put(run_id run, const head& h, run_tasks tasks) {
  if (capacity_ == 0) return;
  const std::lock_guard lock(mutex_);
  if (const auto place = places_.find(run); place != places_.end()) {
    newest_first_.erase(place->second);
    places_.erase(place);
  }
  if (places_.size() == capacity_) {
    places_.erase(newest_first_.back().run);
    newest_first_.pop_back();
  }
  newest_first_.push_front({run, h, std::move(tasks)});
  places_.emplace(run, newest_first_.begin());
}

void head_cache::advance(run_id run, const head& h) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(run);
  if (place == places_.end()) return;
  place->second->newest = h;
  newest_first_.splice(newest_first_.begin(), newest_first_, place->second);
}

void head_cache::erase(run_id run) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(run);
  if (place == places_.end()) return;
  newest_first_.erase(place->second);
  places_.erase(place);
}

void head_cache::clear() {
  const std::lock_guard lock(mutex_);
  places_.clear();
  newest_first_.clear();
}

}  // namespace theus::journal
