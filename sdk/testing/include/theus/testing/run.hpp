#pragma once

#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "theus/codec.hpp"
#include "theus/runtime.hpp"
#include "theus/signal.hpp"
#include "theus/value/value.hpp"

namespace theus::testing {

class environment;

struct run_name {
  std::string workflow_id;
  journal::run_id run;
};

// A run cannot finish: nothing is left to happen, and here is what it waits for, where and since
// when.
class unfinished : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A run cannot go on with this code: a bug in the workflow, or a turn that would not be repeated.
class stuck : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// An update of a run that was accepted. A handle: copies are of the same one.
class any_update {
 public:
  any_update(environment& in, run_name of, std::string update_id)
      : in_(&in), of_(std::move(of)), update_id_(std::move(update_id)) {}

  const std::string& update_id() const { return update_id_; }
  // Nothing runs.
  bool is_completed() const;

 protected:
  // Runs its run until it has completed, while time passes. Throws unfinished and stuck.
  update_reply completed() const;

 private:
  environment* in_;
  run_name of_;
  std::string update_id_;
};

template <class R>
class started_update : public any_update {
 public:
  using any_update::any_update;

  // Its answer. Throws unfinished, stuck, and theus::failure when it failed.
  R result() const { return answer_in<R>(completed()); }
};

// A run of an environment, which outlives it. A handle: copies are of the same run.
class any_run {
 public:
  any_run(environment& in, run_name named) : in_(&in), named_(std::move(named)) {}

  const std::string& workflow_id() const { return named_.workflow_id; }
  journal::run_id id() const { return named_.run; }

  // ---- as it is; nothing runs
  journal::run_status status() const;
  bool is_finished() const { return status() != journal::run_status::running; }
  // Found by replaying what is recorded.
  value context() const;
  // What is there, by JSON Pointer, as a T: run.context<std::int64_t>("/balance"). Throws
  // error_exception: not_found, wrong_type.
  template <recordable T>
  T context(std::string_view json_pointer) const {
    return from_value<T>(context_at(json_pointer));
  }
  std::map<std::string, std::vector<journal::payload>> unread_signals() const;
  // A line for each: "#2 receive approved, since 2026-01-01T00:00:00.000000Z, at checkout.cpp:12";
  // behind those what it waits for within itself: "a mutex in scope 2".
  std::vector<std::string> waits() const;
  // As the tool's verb `history` shows it.
  std::string history() const;
  // As the tool's verb `export` writes it, for replay_history() and for that tool.
  void save_history(const std::filesystem::path& file) const;

  // ---- runs it to its end, while time passes. Throws unfinished and stuck.
  run_outcome outcome() const;
  // Of a run that must not complete. Throws std::logic_error when it does.
  journal::failure_info failure() const;

  // ---- requests; false: it had finished before they came
  template <class T>
  bool signal(theus::signal<T> what, const std::type_identity_t<T>& value) const {
    return send(what.name(), encode(value));
  }
  bool cancel(const std::string& reason = {}) const;
  bool terminate(const std::string& reason = {}) const;
  bool pause(const std::string& reason = {}) const;
  bool resume() const;

 protected:
  journal::payload completed() const;

 private:
  value context_at(std::string_view json_pointer) const;
  bool send(const std::string& name, journal::payload value) const;

  environment* in_;
  run_name named_;
};

template <class R>
class run : public any_run {
 public:
  using any_run::any_run;

  // Runs it to its end. Throws unfinished, stuck, and run_failed when it did not complete.
  R result() const {
    if constexpr (std::is_void_v<R>) {
      completed();
    } else {
      return decode<R>(completed());
    }
  }
};

}  // namespace theus::testing
