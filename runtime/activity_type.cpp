#include "theus/runtime/activity_type.hpp"

#include "theus/runtime/errors.hpp"

namespace theus {

attempt::attempt(journal::run_id run, journal::command_id command, std::uint32_t number,
                 std::string workflow_id, std::stop_token stop, blob_store blobs,
                 std::shared_ptr<heartbeat_sink> beats)
    : run_(run),
      key_(run.to_string() + "/" + command.to_string()),
      number_(number),
      workflow_id_(std::move(workflow_id)),
      stop_(std::move(stop)),
      blobs_(std::move(blobs)),
      beats_(std::move(beats)) {}

bool attempt::beat(std::optional<journal::payload> details) {
  if (beats_ != nullptr) {
    if (const auto done = beats_->beat(std::move(details)); !done) {
      throw failure(name(done.error().code), done.error().message).non_retryable();
    }
  }
  return !stop_.stop_requested();
}

std::optional<journal::payload> attempt::details_left() const {
  if (beats_ == nullptr) return std::nullopt;
  auto left = beats_->left();
  if (!left) throw error_exception(left.error());
  return *std::move(left);
}

}  // namespace theus
