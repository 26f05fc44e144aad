#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "verdict.hpp"

namespace theus::tool {

// Replays many runs on several threads and tells what came of them in the order in which they were
// added, whichever is ready first. Memory: what is under way and a few that wait.
// Thread: one uses it; checks run on others, what they tell is told on one at a time.
class replay_gate {
 public:
  using check = std::function<verdict()>;
  using finding = std::variant<verdict, std::exception_ptr>;  // what check() gave, or threw
  using listener = std::function<void(const finding&)>;

  // None: add() does it.
  replay_gate(unsigned threads, listener tell);
  ~replay_gate();
  replay_gate(const replay_gate&) = delete;
  replay_gate& operator=(const replay_gate&) = delete;

  // Waits while many are to be done. Throws what the listener threw.
  void add(check next);
  // Waits for all that were added. Throws what the listener threw.
  void finish();

 private:
  void work();
  void tell_in_order();
  void close();

  const std::size_t most_waiting_;
  const listener tell_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<std::uint64_t, check>> waiting_;
  std::map<std::uint64_t, finding> found_;
  std::uint64_t added_ = 0;
  std::uint64_t told_ = 0;
  bool closed_ = false;
  bool telling_ = false;
  std::exception_ptr refused_;  // by the listener: nothing more is done
  std::vector<std::jthread> threads_;
};

}  // namespace theus::tool
