#include "attempt_heartbeats.hpp"

#include <algorithm>

#include "engine_core.hpp"

namespace theus {
namespace {

// A tenth, so that a crash loses little of what was said in time; Temporal, whose heartbeats
// travel, waits for eight.
constexpr int intervals_per_timeout = 10;
constexpr std::chrono::microseconds longest_interval = std::chrono::seconds(1);

}  // namespace

attempt_heartbeats::attempt_heartbeats(engine_core& core, activity_task& task)
    : core_(core.weak_from_this()), task_(task) {}

result<void> attempt_heartbeats::beat(std::optional<journal::payload> details) {
  const auto core = core_.lock();
  if (!core) return {};
  const std::size_t most = core->options.bounds.heartbeat_bytes;
  if (details && details->size() > most) {
    return error{errc::limit_exceeded, "the details of a heartbeat have " +
                                           std::to_string(details->size()) + " bytes, more than " +
                                           std::to_string(most) + " (heartbeat_bytes)"};
  }
  count_.fetch_add(1, std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  if (has_ended_) return {};
  load_left();
  if (!alarm_) {
    put(std::move(details));
  } else {
    holds_back_ = true;
    if (details) held_back_ = std::move(details);
  }
  return {};
}

result<std::optional<journal::payload>> attempt_heartbeats::left() {
  const std::lock_guard lock(mutex_);
  load_left();
  return left_;
}

void attempt_heartbeats::put_begun() {
  const std::lock_guard lock(mutex_);
  if (has_ended_) return;
  load_left();
  if (const auto core = core_.lock()) {
    core->writer.put_heartbeat(
        {task_.run, task_.command.id, task_.attempt, core->clock.now(), std::nullopt});
  }
}

void attempt_heartbeats::end(bool keep) {
  const std::lock_guard lock(mutex_);
  if (keep && holds_back_ && !has_ended_) put(std::exchange(held_back_, std::nullopt));
  has_ended_ = true;
  alarm_.reset();
}

// Locked.
void attempt_heartbeats::put(std::optional<journal::payload> details) {
  holds_back_ = false;
  const auto core = core_.lock();
  if (!core) return;
  core->writer.put_heartbeat(
      {task_.run, task_.command.id, task_.attempt, core->clock.now(), std::move(details)});
  alarm_ = core->clock.set_delay(core->where.journal, interval(),
                                 core->guarded([weak = task_.weak_from_this()] {
                                   if (const auto task = weak.lock()) task->beats.put_held_back();
                                 }));
}

void attempt_heartbeats::put_held_back() {
  const std::lock_guard lock(mutex_);
  alarm_.reset();
  if (holds_back_ && !has_ended_) put(std::exchange(held_back_, std::nullopt));
}

// Before this attempt writes its own in their place. Locked. Once it has ended, the journal may be
// gone.
void attempt_heartbeats::load_left() {
  if (has_ended_ || std::exchange(knows_left_, true)) return;
  const auto core = core_.lock();
  if (!core) return;
  const auto row = core->journal.heartbeat(task_.run, task_.command.id);
  if (row && *row) left_ = (*row)->details;
}

std::chrono::microseconds attempt_heartbeats::interval() const {
  const auto timeout = task_.command.timeouts.heartbeat_ms;
  if (timeout == 0) return longest_interval;
  const auto share = std::chrono::microseconds(
                         std::chrono::milliseconds(std::min<std::uint64_t>(timeout, 1ULL << 53))) /
                     intervals_per_timeout;
  return std::clamp(share, std::chrono::microseconds(1'000), longest_interval);
}

}  // namespace theus
