#include "head_cache.hpp"

namespace theus::journal {

std::optional<head> head_cache::get(run_id run) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(run);
  if (place == places_.end()) return std::nullopt;
  newest_first_.splice(newest_first_.begin(), newest_first_, place->second);
  return place->second->newest;
}

std::optional<head_cache::found> head_cache::find(run_id run) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(run);
  if (place == places_.end()) return std::nullopt;
  return found{place->second, place->second->is_ahead};
}

void head_cache::advance(moves runs, std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  if (generation != generation_) return;
  for (const auto& [at, newest] : runs) {
    at->newest = newest;
    at->is_ahead = false;
    newest_first_.splice(newest_first_.begin(), newest_first_, at);
  }
}

void head_cache::put(run_id run, const head& h, known_rows rows, std::uint64_t generation) {
  if (capacity_ == 0) return;
  const std::lock_guard lock(mutex_);
  if (generation != generation_) return;
  if (const auto place = places_.find(run); place != places_.end()) {
    newest_first_.erase(place->second);
    places_.erase(place);
  }
  newest_first_.push_front({run, h, std::move(rows), false});
  try {
    places_.emplace(run, newest_first_.begin());
  } catch (...) {
    newest_first_.pop_front();
    throw;
  }
}

void head_cache::erase(moves runs, std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  if (generation != generation_) return;
  for (const auto& [at, newest] : runs) {
    places_.erase(at->run);
    newest_first_.erase(at);
  }
}

void head_cache::trim() {
  const std::lock_guard lock(mutex_);
  for (auto at = newest_first_.end(); places_.size() > capacity_ && at != newest_first_.begin();) {
    --at;
    if (at->is_ahead) continue;
    places_.erase(at->run);
    at = newest_first_.erase(at);
  }
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
  ++generation_;
  places_.clear();
  newest_first_.clear();
}

}  // namespace theus::journal
