#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

namespace theus {

// Says which thread a shard belongs to. A thread leaves the seat while it runs a workflow's own
// code or replays a history, and comes back afterwards. If that takes too long, a watcher gives the
// seat to another thread, which goes on with the shard's other runs: so a workflow that blocks
// delays nobody but itself. Costs two atomic operations a turn, both without contention.
//
// A watcher looks every now and then; when it finds the same absence twice it may take the seat and
// must then run the shard's executor in another thread. The thread that lost its seat finds out
// when it wants to come back, and leaves its executor by the exception seat_lost.
class shard_seat {
 public:
  // ---- the shard's thread

  // Gives the absence a number, from 1.
  std::uint64_t leave() {
    const auto number = absences_.load(std::memory_order_relaxed) + 1;
    absences_.store(number, std::memory_order_relaxed);
    absence_.store(number, std::memory_order_release);
    return number;
  }
  // False: another thread has the shard, and all that belongs to it, by now.
  bool come_back(std::uint64_t from) { return end(from); }

  // ---- a watcher: one thread

  // The number of the absence under way; 0 while the shard's thread is in its seat.
  std::uint64_t absence() const { return absence_.load(std::memory_order_relaxed); }
  // How often the seat was left so far.
  std::uint64_t count() const { return absences_.load(std::memory_order_relaxed); }
  // False: the thread came back meanwhile.
  bool take(std::uint64_t absence) {
    if (!end(absence)) return false;
    if (tell_) tell_();
    return true;
  }

  // Called by the watcher's thread whenever the seat was taken. Set before anything runs.
  void on_taken(std::function<void()> tell) { tell_ = std::move(tell); }

 private:
  bool end(std::uint64_t absence) {
    return absence_.compare_exchange_strong(absence, 0, std::memory_order_acq_rel);
  }

  std::atomic<std::uint64_t> absence_ = 0;
  std::atomic<std::uint64_t> absences_ = 0;  // written by whoever has the seat
  std::function<void()> tell_;
};

// Thrown out of an executor's handler: this thread must not run the shard's executor any more.
struct seat_lost {};

}  // namespace theus
