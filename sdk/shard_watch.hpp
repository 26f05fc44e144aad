#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "theus/runtime/shard_seat.hpp"

namespace theus {

// Looks after the seats of a runtime's shards: when a thread stays in the code of one run for
// longer than `patience`, it takes the seat and lets `replace` run the shard's executor in a new
// thread. Looks often while turns are made and ten times a second while none are.
class shard_watch {
 public:
  static constexpr std::chrono::milliseconds patience{20};

  // `replace(i)` is called in the watch's thread, again at every look until it does not throw.
  // Seats must outlive the watch.
  shard_watch(std::vector<shard_seat*> seats, std::function<void(std::size_t)> replace);
  ~shard_watch();  // stops

  // Nothing is taken over afterwards. Once is enough.
  void stop();

 private:
  void look_after();

  const std::vector<shard_seat*> seats_;
  const std::function<void(std::size_t)> replace_;
  std::mutex mutex_;
  std::condition_variable stopping_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace theus
