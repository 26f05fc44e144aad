#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "theus/application.hpp"
#include "theus/journal/stores.hpp"
#include "theus/runtime/machine.hpp"

namespace theus::benchmarks {

// A folder below the build's own temporary place, gone with the object.
class scratch_folder {
 public:
  explicit scratch_folder(const char* name);
  ~scratch_folder();
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A workflow of `steps` calls, one after the other, each with an argument and a result of 40 bytes
// of JSON.
std::shared_ptr<const workflow_type> sequential_workflow();

// What an activity of that workflow answers.
std::string forty_bytes_of_json(std::uint64_t step);

// Lets one run live and writes its history, as an engine would, but a thousand records a sync.
class history_writer {
 public:
  history_writer(journal::store& store, const workflow_type& type, const std::string& workflow_id,
                 journal::payload arguments);

  // The turn that follows from this event, at this time.
  void turn(journal::event event, journal::wall_time at);
  // What is not yet in the store.
  void write();

  journal::run_id run() const { return run_; }
  const machine& body() const { return body_; }
  machine& body() { return body_; }
  journal::wall_time now() const { return now_; }

 private:
  journal::store& store_;
  journal::run_id run_;
  journal::epoch owner_;
  machine body_;
  journal::head head_;
  journal::wall_time now_{std::chrono::microseconds(1'767'225'600'000'000)};
  std::optional<journal::unit> unit_;
};

// Writes the whole history of one such run to the store; gives its run id.
journal::run_id record_history(journal::store& store, const workflow_type& type,
                               std::uint64_t steps);

}  // namespace theus::benchmarks
