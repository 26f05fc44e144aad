#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "theus/journal/store.hpp"

#include "run_tasks.hpp"

namespace theus::journal {

// What the store knows of the runs used last without reading, at most `capacity` of them.
// Thread: any for `get`; one at a time for the rest.
class head_cache {
 public:
  explicit head_cache(std::size_t capacity) : capacity_(capacity) {}

  std::optional<head> get(run_id run);

  // Null when the run is not here. Valid until the next call but `get`; whoever changes it knows
  // before anybody else asks whether the change stays, or erases the run.
  run_tasks* tasks_of(run_id run);
  void put(run_id run, const head& h, run_tasks tasks);
  // The run has gone on; nothing happens when it is not here any more.
  void advance(run_id run, const head& h);
  void erase(run_id run);
  void clear();

 private:
  struct entry {
    run_id run;
    head newest;
    run_tasks tasks;
  };
  using entries = std::list<entry>;

  std::mutex mutex_;
  std::size_t capacity_;
  entries newest_first_;
  std::unordered_map<run_id, entries::iterator> places_;
};

}  // namespace theus::journal
