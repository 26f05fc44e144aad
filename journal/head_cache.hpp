#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "theus/journal/store.hpp"

namespace theus::journal {

// The heads of the runs used last, at most `capacity` of them. Thread: any.
class head_cache {
 public:
  explicit head_cache(std::size_t capacity) : capacity_(capacity) {}

  std::optional<head> get(run_id run);
  void put(run_id run, const head& h);
  void erase(run_id run);
  void clear();

 private:
  using entries = std::list<std::pair<run_id, head>>;

  std::mutex mutex_;
  std::size_t capacity_;
  entries newest_first_;
  std::unordered_map<run_id, entries::iterator> places_;
};

}  // namespace theus::journal
