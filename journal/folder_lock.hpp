#pragma once

#include <filesystem>

#include "file.hpp"

namespace theus::journal {

// Exclusive ownership of a journal's folder by one object of one process, until destroyed. The
// system gives it up when the process dies. The file holds the owner's process id.
class folder_lock {
 public:
  // Errors: journal_in_use (names the owner's process id), io_error, disk_full.
  static result<folder_lock> take(const std::filesystem::path& folder);

 private:
  explicit folder_lock(file held) : held_(std::move(held)) {}

  file held_;
};

}  // namespace theus::journal
