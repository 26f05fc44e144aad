#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "theus/journal/record.hpp"
#include "theus/runtime/activity_type.hpp"

namespace theus {

// One attempt of an activity on its way through the dispatcher. Shared by the shard that wants its
// outcome and the thread that runs it; only `stop` changes once it is made.
struct activity_task {
  std::uint32_t shard = 0;
  journal::run_id run;
  std::string workflow_id;
  journal::schedule_activity command;
  std::uint32_t attempt = 1;
  std::size_t queue = 0;  // activity_dispatcher::queue_of
  std::optional<journal::wall_time> scheduled_for;
  std::shared_ptr<const activity_type> type;
  bool blocks() const { return type->how() == activity_type::kind::blocking; }

  std::stop_source stop;
  // Of the blobs that it wrote, or that its result mentions.
  std::shared_ptr<blob_pins> pins = std::make_shared<blob_pins>();
};

}  // namespace theus
