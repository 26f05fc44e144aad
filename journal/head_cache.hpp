#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>

#include "theus/journal/store.hpp"

#include "known_rows.hpp"

namespace theus::journal {

// What the store knows of the runs used last without reading, at most `capacity` of them.
// Thread: any for `get`, `advance`, `put` and `erase`; one at a time for the rest, the writer.
class head_cache {
 public:
  struct entry {
    run_id run;
    head newest;            // changed by `advance` alone
    known_rows rows;        // the writer's; whoever changes them advances or erases the run
    bool is_ahead = false;  // set by the writer: an append of this run is not durable yet
  };
  using place = std::list<entry>::iterator;

  explicit head_cache(std::size_t capacity) : capacity_(capacity) {}

  std::optional<head> get(run_id run);

  struct found {
    place at;  // valid until the run is erased or driven out by `trim`
    bool is_ahead = false;
  };
  std::optional<found> find(run_id run);
  using moves = std::span<const std::pair<place, head>>;
  // Places are of the generation in which they were found: one ends with each `clear`, and what
  // concerns another one than the present does nothing.
  std::uint64_t generation() const { return generation_; }
  // These runs have gone on, all at once, and are not ahead any more.
  void advance(moves runs, std::uint64_t generation);
  // Whether they have gone on nobody knows.
  void erase(moves runs, std::uint64_t generation);
  // A run that is not here yet. There may be more than `capacity` until `trim`.
  void put(run_id run, const head& h, known_rows rows, std::uint64_t generation);
  // Drives out those used longest ago, but none that is ahead.
  void trim();
  void erase(run_id run);
  void clear();

 private:
  std::mutex mutex_;
  std::size_t capacity_;
  std::list<entry> newest_first_;
  std::unordered_map<run_id, place> places_;
  std::atomic<std::uint64_t> generation_ = 0;
};

}  // namespace theus::journal
