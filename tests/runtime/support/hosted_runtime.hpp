#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "theus/runtime/control_messages.hpp"

// A runtime in a process of its own (control_host.cpp), what it uses, and connections to it that
// send whatever bytes they like. Errors of the system end the test with an exception.
namespace theus::testing {

class hosted_runtime {
 public:
  // Its durations are `hurry` times shorter.
  explicit hosted_runtime(int hurry = 1);
  // Ends it by the end of its input; a test failure when it does not end well.
  ~hosted_runtime();
  hosted_runtime(const hosted_runtime&) = delete;
  hosted_runtime& operator=(const hosted_runtime&) = delete;

  const std::filesystem::path& journal() const { return folder_; }
  void tell(const std::string& command, std::uint64_t number = 0);

  // ---- what it uses
  std::uint64_t resident_bytes() const;
  // The most since the last call of forget_peak.
  std::uint64_t peak_bytes() const;
  void forget_peak() const;
  std::size_t descriptors() const;
  std::chrono::milliseconds processor_time() const;

 private:
  void await_line();

  std::filesystem::path folder_;
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
};

// A blocking client with a deadline on everything it waits for.
class raw_connection {
 public:
  explicit raw_connection(const hosted_runtime& to);
  raw_connection(raw_connection&& other) noexcept;
  ~raw_connection();

  // As much as is taken before the runtime closes; how much that was.
  std::size_t send(std::string_view bytes);
  // The next reply; nothing when the runtime closed the connection first.
  std::optional<control::reply> reply(
      std::chrono::milliseconds within = std::chrono::milliseconds(20'000));
  // Nothing more came than was taken, and the connection is closed.
  bool is_closed(std::chrono::milliseconds within = std::chrono::milliseconds(20'000));
  // Whether something came, or the end, in this time.
  bool is_readable(std::chrono::milliseconds within);

  std::optional<control::reply> ask(const control::request& what);
  // Starts an echo, waits for its end: one run of two turns. Its latency; an exception otherwise.
  std::chrono::microseconds echo(const std::string& workflow_id, int number);
  // Asks for the status until `holds`; whether it did within 20 seconds.
  template <class Condition>
  bool ask_until(Condition holds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!holds()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      ask(control::ask_status{});
    }
    return true;
  }

 private:
  bool receive(std::size_t most, std::chrono::milliseconds within);

  int fd_ = -1;
  std::string received_;
};

}  // namespace theus::testing
