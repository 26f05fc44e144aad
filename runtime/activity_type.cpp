#include "theus/runtime/activity_type.hpp"

namespace theus {

attempt::attempt(journal::run_id run, journal::command_id command, std::uint32_t number,
                 std::string workflow_id, std::stop_token stop, blob_store blobs)
    : run_(run),
      key_(run.to_string() + "/" + command.to_string()),
      number_(number),
      workflow_id_(std::move(workflow_id)),
      stop_(std::move(stop)),
      blobs_(std::move(blobs)) {}

}  // namespace theus
