#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "theus/journal/record.hpp"
#include "theus/runtime/activity_type.hpp"

#include "attempt_heartbeats.hpp"

namespace theus {

// One attempt of an activity on its way through the dispatcher. Shared by the shard that wants its
// outcome and the thread that runs it; only what stands last changes once it is made.
struct activity_task : std::enable_shared_from_this<activity_task> {
  explicit activity_task(engine_core& core) : beats(core, *this) {}

  std::uint32_t shard = 0;
  journal::run_id run;
  std::string workflow_id;
  journal::schedule_activity command;
  std::uint32_t attempt = 1;
  std::size_t queue = 0;  // activity_dispatcher::queue_of
  std::optional<journal::wall_time> scheduled_for;
  std::optional<journal::failure_info> last_failure;  // of the attempt before
  std::shared_ptr<const activity_type> type;
  bool blocks() const { return type->how() == activity_type::kind::blocking; }

  // It begins, or is given up before: one of them.
  enum class phase : std::uint8_t { waiting, begun, given_up };
  bool has_begun() const { return phase_ == phase::begun; }
  bool try_begin() { return leave_waiting(phase::begun); }
  bool try_give_up() { return leave_waiting(phase::given_up); }

  std::stop_source stop;
  // Of the blobs that it wrote, or that its result mentions.
  std::shared_ptr<blob_pins> pins = std::make_shared<blob_pins>();
  attempt_heartbeats beats;

 private:
  bool leave_waiting(phase to) {
    phase from = phase::waiting;
    return phase_.compare_exchange_strong(from, to);
  }

  std::atomic<phase> phase_ = phase::waiting;
};

}  // namespace theus
