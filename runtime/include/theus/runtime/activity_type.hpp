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

// Where heartbeats of an attempt go. Thread: any.
class heartbeat_sink {
 public:
  virtual ~heartbeat_sink() = default;
  // The attempt is alive, and may have something for the next one. Errors: limit_exceeded.
  virtual result<void> beat(std::optional<journal::payload> details) = 0;
  // What executions of this call before left. Errors: io_error.
  virtual result<std::optional<journal::payload>> left() = 0;
};

// One execution of an activity, as the activity may see it. Lives until the attempt ends.
class attempt {
 public:
  attempt(journal::run_id run, journal::command_id command, std::uint32_t number,
          std::string workflow_id, std::stop_token stop, blob_store blobs,
          std::shared_ptr<heartbeat_sink> beats = nullptr);

  // The same for every attempt of one command and for no other command of any run: what a payment
  // provider wants as its idempotency key. "<run id>/<command id>".
  const std::string& idempotency_key() const { return key_; }
  std::uint32_t number() const { return number_; }  // from 1
  const std::string& workflow_id() const { return workflow_id_; }
  journal::run_id run() const { return run_; }
  // Requested when the attempt timed out, its result is no longer wanted, or the runtime stops.
  const std::stop_token& stop() const { return stop_; }

  // Says that the attempt is alive: what bounds the time between two of these is
  // `heartbeat_timeout` of the call. False when it is asked to stop. Cheap, as often as you like;
  // thread: any. The word and what it means are Temporal's.
  bool heartbeat() { return beat(std::nullopt); }
  // The same, with how far it got, for an attempt that has to go on from there: any value that can
  // be recorded, of at most limits::heartbeat_bytes as JSON; a failure of type "limit_exceeded" is
  // thrown for a longer one. Details take the place of those before. They are written at once, or,
  // when the last ones were written less than a tenth of the heartbeat timeout ago, at most a
  // second, when that has passed: so much of what was said is lost when the process is killed,
  // and nothing when the attempt fails. A blob that nothing else mentions is not kept for them.
  template <class T>
  bool heartbeat(const T& details);
  // The last details that an execution of this call before this one gave, be it an attempt that
  // failed or one whose process ended. Throws codec_error when they are no T.
  template <class T>
  std::optional<T> last_heartbeat() const;

  // Where bytes are written and read that no payload would hold. What is written or pinned here
  // stays until the result is recorded, or is dropped. It blocks: not for the event loop.
  blob_store& blobs() { return blobs_; }

 private:
  bool beat(std::optional<journal::payload> details);
  std::optional<journal::payload> details_left() const;

  journal::run_id run_;
  std::string key_;
  std::uint32_t number_;
  std::string workflow_id_;
  std::stop_token stop_;
  blob_store blobs_;
  std::shared_ptr<heartbeat_sink> beats_;
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
