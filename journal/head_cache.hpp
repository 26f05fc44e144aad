#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>

#include "theus/journal/store.hpp"

#include "run_tasks.hpp"

namespace theus::journal {

// What the store knows of the runs used last without reading, at most `capacity` of them.
// Thread: any for `get`; one at a time for the rest, the writer.
class head_cache {
 public:
  struct entry {
    run_id run;
    head newest;                  // changed by `advance` alone
    run_tasks tasks;              // the writer's; whoever changes it advances or erases the run
    std::uint64_t append_no = 0;  // the writer's: the last append that took a unit of this run
  };
  using place = std::list<entry>::iterator;

  explicit head_cache(std::size_t capacity) : capacity_(capacity) {}

  std::optional<head> get(run_id run);

  // Valid until the run is erased or driven out by `put`.
  std::optional<place> find(run_id run);
  // These runs have gone on, all at once.
  void advance(std::span<const std::pair<place, head>> runs);
  void put(run_id run, const head& h, run_tasks tasks);
  void erase(run_id run);
  void clear();

 private:
  std::mutex mutex_;
  std::size_t capacity_;
  std::list<entry> newest_first_;
  std::unordered_map<run_id, place> places_;
};

}  // namespace theus::journal
