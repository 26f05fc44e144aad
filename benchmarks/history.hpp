#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "theus/application.hpp"
#include "theus/journal/stores.hpp"

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

// Writes the whole history of one such run to the store; gives its run id.
journal::run_id record_history(journal::store& store, const workflow_type& type,
                               std::uint64_t steps);

}  // namespace theus::benchmarks
