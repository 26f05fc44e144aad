#include "staging.hpp"

#include <algorithm>

namespace theus::journal {
namespace {

constexpr std::size_t kept_spare = 4;  // so that ending one never allocates

}  // namespace

void staging::clear() {
  answers.clear();
  changes.clear();
  units.clear();
  places.clear();
  resting.clear();
  rests = false;
  known.clear();
  unknown.clear();
  claims.clear();
  derived.clear();
  anchored.clear();
  is_prepared = false;
  failure.reset();
  answered_behind = 0;
}

appends_under_way::appends_under_way() { spare_.reserve(kept_spare); }

staging& appends_under_way::begin() {
  const std::lock_guard lock(mutex_);
  begun_.reserve(begun_.size() + 1);
  if (spare_.empty()) {
    begun_.push_back(std::make_unique<staging>());
  } else {
    begun_.push_back(std::move(spare_.back()));
    spare_.pop_back();
  }
  staging& made = *begun_.back();
  made.ticket = append_ticket{++tickets_};
  return made;
}

staging& appends_under_way::operator[](append_ticket ticket) {
  const std::lock_guard lock(mutex_);
  return **std::ranges::find(begun_, ticket, &staging::ticket);
}

void appends_under_way::forget(staging& s) {
  const auto at = std::ranges::find(begun_, &s, &std::unique_ptr<staging>::get);
  s.clear();
  if (spare_.size() < spare_.capacity()) spare_.push_back(std::move(*at));
  begun_.erase(at);
}

bool appends_under_way::concerns(run_id run) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(begun_, [&](const auto& s) { return s->unknown.contains(run); });
}

std::optional<run_id> appends_under_way::claimant(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  for (const auto& s : begun_) {
    const auto found = s->claims.find(key);
    if (found != s->claims.end()) return found->second;
  }
  return std::nullopt;
}

std::optional<hash256> appends_under_way::anchored(const checkpoint_id& id) const {
  const std::lock_guard lock(mutex_);
  for (const auto& s : begun_) {
    for (const auto& [named, manifest] : s->anchored) {
      if (named == id) return manifest;
    }
  }
  return std::nullopt;
}

}  // namespace theus::journal
