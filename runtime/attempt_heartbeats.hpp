#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "theus/journal/rows.hpp"
#include "theus/runtime/activity_type.hpp"
#include "theus/runtime/clock.hpp"

namespace theus {

class engine_core;
struct activity_task;

// The heartbeats of one attempt on their way to its row: the first is written at once, and of those
// that follow before the interval has passed the last one when it has.
// Thread: any. Lifetime: part of the task, which is held by a shared_ptr.
class attempt_heartbeats final : public heartbeat_sink {
 public:
  attempt_heartbeats(engine_core& core, activity_task& task);

  result<void> beat(std::optional<journal::payload> details) override;
  result<std::optional<journal::payload>> left() override;

  // So many came. One that does not change while a shard waits is one that did not come.
  std::uint64_t count() const { return count_.load(std::memory_order_relaxed); }
  // The row says that this attempt began, for who finds it after a crash.
  void put_begun();
  // Nothing is written behind this. `keep`: another attempt follows, for whom the last details are
  // written, if they are not yet.
  void end(bool keep);

 private:
  void put(std::optional<journal::payload> details);
  void put_held_back();
  void load_left();
  std::chrono::microseconds interval() const;

  const std::weak_ptr<engine_core> core_;
  activity_task& task_;
  std::atomic<std::uint64_t> count_ = 0;

  std::mutex mutex_;
  bool has_ended_ = false;
  bool knows_left_ = false;
  std::optional<journal::payload> left_;
  bool holds_back_ = false;
  std::optional<journal::payload> held_back_;
  std::unique_ptr<wall_clock::alarm> alarm_;  // set: something was written in this interval
};

}  // namespace theus
