#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "theus/journal/store.hpp"

#include "engine.hpp"
#include "head_cache.hpp"

namespace theus::journal {

// One append from its beginning to its end: what it has accepted so far, and what it answers.
struct staging {
  append_ticket ticket{};
  std::vector<append_answer> answers;
  batch changes;
  std::vector<const unit*> units;   // those it accepted
  std::vector<std::size_t> places;  // of those units in the call
  // Of refused ones: what refuses them is begun, here or elsewhere, and may never become durable.
  std::vector<std::size_t> resting;
  bool rests = false;  // the unit at hand
  // Of those units: where the run is in the cache and what it becomes, or what is to be put there.
  std::vector<std::pair<head_cache::place, head>> known;
  std::unordered_map<run_id, known_rows> unknown;
  std::unordered_map<std::string, run_id> claims;  // by the keys of the claims' rows
  std::vector<row_change> derived;                 // of the record at hand
  // What its anchors name, with the manifests.
  std::vector<std::pair<checkpoint_id, hash256>> anchored;
  std::uint64_t cache_generation = 0;
  bool is_prepared = false;
  std::optional<error> failure;
  // This many commits have to be durable before it is answered.
  std::uint64_t answered_behind = 0;

  void clear();  // keeps the memory
};

// The appends that are begun and not finished. Thread: any.
class appends_under_way {
 public:
  appends_under_way();

  // Empty, with a ticket of its own. Valid until it is ended.
  staging& begin();
  staging& operator[](append_ticket ticket);
  // Calls `last` while nobody looks, then forgets the append.
  template <class Function>
  void end(staging& s, Function last) {
    const std::lock_guard lock(mutex_);
    last();
    forget(s);
  }

  // Whether one of them opens or continues this run, which is not in the cache.
  bool concerns(run_id run) const;
  // The run that claims this key's row.
  std::optional<run_id> claimant(const std::string& key) const;
  // The manifest by which an anchor names this checkpoint.
  std::optional<hash256> anchored(const checkpoint_id& id) const;

 private:
  void forget(staging& s);

  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<staging>> begun_;
  std::vector<std::unique_ptr<staging>> spare_;
  std::uint64_t tickets_ = 0;
};

}  // namespace theus::journal
