#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>

#include "theus/journal/record.hpp"
#include "theus/runtime/blobs.hpp"

namespace boost::asio {
class any_io_executor;
}

namespace theus {

// One execution of an activity, as the activity may see it. Lives until the attempt ends.
class attempt {
 public:
  attempt(journal::run_id run, journal::command_id command, std::uint32_t number,
          std::string workflow_id, std::stop_token stop, blob_store blobs);

  // The same for every attempt of one command and for no other command of any run: what a payment
  // provider wants as its idempotency key. "<run id>/<command id>".
  const std::string& idempotency_key() const { return key_; }
  std::uint32_t number() const { return number_; }  // from 1
  const std::string& workflow_id() const { return workflow_id_; }
  journal::run_id run() const { return run_; }
  // Requested when the attempt timed out, its result is no longer wanted, or the runtime stops.
  const std::stop_token& stop() const { return stop_; }
  // Where bytes are written and read that no payload would hold. What is written or pinned here
  // stays until the result is recorded, or is dropped. It blocks: not for the event loop.
  blob_store& blobs() { return blobs_; }

 private:
  journal::run_id run_;
  std::string key_;
  std::uint32_t number_;
  std::string workflow_id_;
  std::stop_token stop_;
  blob_store blobs_;
};

struct attempt_failure {
  journal::failure_info info;
  bool retryable = true;  // false: the activity itself says that trying again is of no use
  // In place of what the call's retry policy says.
  std::optional<std::chrono::milliseconds> next_delay = std::nullopt;
};
using attempt_outcome = std::variant<journal::payload, attempt_failure>;

// An activity function bound to a name. Immutable; used from any thread.
class activity_type {
 public:
  enum class kind : std::uint8_t {
    blocking,      // run() on the thread pool
    asynchronous,  // launch() on the IO loop
  };

  virtual ~activity_type() = default;
  virtual const std::string& name() const = 0;
  virtual kind how() const = 0;
  // Never throws: whatever the function throws becomes an attempt_failure.
  virtual attempt_outcome run(attempt& a, const journal::payload& arguments) const = 0;
  virtual void launch(const boost::asio::any_io_executor& io, std::shared_ptr<attempt> a,
                      const journal::payload& arguments,
                      std::function<void(attempt_outcome)> done) const = 0;
};

}  // namespace theus
