#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "theus/journal/record.hpp"
#include <theus/value/path.hpp>

// The three kinds of exception that cross a border: they end a run or an attempt with a recorded
// failure. Anything else that leaves a workflow is a bug in it: the turn is tried again (rule 12).
namespace theus {

// Thrown by workflow and activity code to say that it failed, and how.
class failure : public std::runtime_error {
 public:
  explicit failure(const std::string& message) : failure("failure", message) {}
  failure(std::string type, const std::string& message)
      : std::runtime_error(message), type_(std::move(type)) {}

  // What retry policies and handlers match on.
  const std::string& type() const { return type_; }
  // Thrown by an activity: trying again is of no use.
  failure& non_retryable() {
    retryable_ = false;
    return *this;
  }
  bool is_retryable() const { return retryable_; }
  // Thrown by an activity that was told when to come again (HTTP's Retry-After): the next attempt
  // comes after `delay`, from 1 ms to a year, whatever the retry policy of the call says; whether
  // there is one is still the policy's.
  failure& retry_after(std::chrono::milliseconds delay) {
    next_delay_ = delay;
    return *this;
  }
  std::optional<std::chrono::milliseconds> next_delay() const { return next_delay_; }

 private:
  std::string type_;
  bool retryable_ = true;
  std::optional<std::chrono::milliseconds> next_delay_;
};

// An awaited activity ran out of attempts, or failed in a way that is not tried again.
class activity_failed : public std::runtime_error {
 public:
  activity_failed(std::string activity, std::uint32_t attempt, journal::failure_info cause);

  const std::string& activity() const { return activity_; }
  // Of the failure: the activity's own type, or "timeout", "interrupted", "exception".
  const std::string& type() const { return cause_.type; }
  const std::string& message() const { return cause_.message; }
  std::uint32_t attempt() const { return attempt_; }  // the last one, from 1
  const journal::failure_info& cause() const { return cause_; }

 private:
  std::string activity_;
  std::uint32_t attempt_;
  journal::failure_info cause_;
};

// A phase could not be merged into the Context around it: since it began, something else changed
// what it changed too, or what it said that it reads. Nothing of what it wrote is kept.
class context_conflict : public failure {
 public:
  static constexpr const char* type_name = "context_conflict";

  context_conflict(const std::string& phase, const std::vector<path>& where);
  explicit context_conflict(const journal::failure_info& recorded);

  // JSON Pointers of what both touched; of many only the first.
  std::vector<std::string> where() const;
  const journal::failure_info& info() const { return info_; }

 private:
  journal::failure_info info_;  // the places as a chain of causes
};

// An awaited child ended without a result, or never began. Caught as `failure` it is one of type
// "child_failed"; a run that lets it through ends with all of it as its failure.
class child_failed : public failure {
 public:
  static constexpr const char* type_name = "child_failed";
  using ending = journal::child_ended::ending;

  child_failed(const std::string& workflow_type, const journal::child_ended& ended);
  explicit child_failed(const journal::failure_info& recorded);

  const std::string& workflow_type() const { return workflow_type_; }
  const std::string& workflow_id() const { return workflow_id_; }  // the child's
  // failed, cancelled or terminated (by somebody else than who awaits it), or refused: it never
  // began, because another run has its workflow id.
  ending how() const { return how_; }
  // What the child failed with, with what that came of. Of long chains only the first are kept.
  const journal::failure_info& cause() const { return info_.cause.front().cause.front(); }
  // As it is recorded: the child in the first cause, what it failed with behind that.
  const journal::failure_info& info() const { return info_; }
  static bool is(const journal::failure_info& recorded);

 private:
  journal::failure_info info_;
  std::string workflow_type_;
  std::string workflow_id_;
  ending how_;
};

// What is recorded of an exception that crosses a border. Throws on whatever may not.
journal::failure_info info_of(const std::exception_ptr& error, bool& is_cancelled);

// The scope was cancelled, or its operation lost an `any`.
class cancelled : public std::runtime_error {
 public:
  cancelled() : std::runtime_error("cancelled") {}
};

}  // namespace theus
