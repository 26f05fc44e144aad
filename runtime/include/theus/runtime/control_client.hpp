#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "theus/runtime/control_messages.hpp"

namespace theus {

// Talks to the runtime that holds a journal, over the socket in the journal's folder. Blocks.
// Thread: one at a time.
class control_client {
 public:
  // Errors: not_found when no runtime listens there; io_error.
  static result<control_client> connect(const std::filesystem::path& folder);
  control_client(control_client&& other) noexcept;
  control_client& operator=(control_client&&) = delete;
  ~control_client();

  // Sends a request and waits for its reply, without a timeout for ever. T is the reply that fits
  // the request. Errors: the runtime's own; limit_exceeded (the request is too large), timed_out
  // and stopped (what was asked for may have happened or not), bad_input (not a Theus runtime).
  // After one of these the connection is of no further use.
  template <class T>
  result<T> ask(const control::request& what, std::optional<std::chrono::milliseconds> timeout) {
    auto reply = call(what, timeout);
    if (auto* wanted = std::get_if<T>(&reply)) return std::move(*wanted);
    if (const auto* refused = std::get_if<error>(&reply)) return *refused;
    return error{errc::bad_input, "the runtime's reply does not fit the request"};
  }

 private:
  explicit control_client(int fd) : fd_(fd) {}

  control::reply call(const control::request& what,
                      std::optional<std::chrono::milliseconds> timeout);

  int fd_;
  std::uint64_t next_number_ = 1;
};

}  // namespace theus
