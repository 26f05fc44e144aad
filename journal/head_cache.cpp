#include "head_cache.hpp"

namespace theus::journal {

std::optional<head> head_cache::get(run_id run) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(run);
  if (place == places_.end()) return std::nullopt;
  newest_first_.splice(newest_first_.begin(), newest_first_, place->second);
  return place->second->newest;
}

std::optional<head_cache::place> head_cache::find(run_id run) {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(run);
  if (found == places_.end()) return std::nullopt;
  return found->second;
}

void head_cache::advance(std::span<const std::pair<place, head>> runs) {
  const std::lock_guard lock(mutex_);
  for (const auto& [at, newest] : runs) {
    at->newest = newest;
    newest_first_.splice(newest_first_.begin(), newest_first_, at);
  }
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
  newest_first_.push_front({run, h, std::move(tasks), 0});
  places_.emplace(run, newest_first_.begin());
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
