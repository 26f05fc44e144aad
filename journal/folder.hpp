#pragma once

#include <filesystem>
#include <optional>

#include "folder_lock.hpp"
#include "watermark.hpp"

namespace theus::journal {

// A journal's folder, locked: what is in it beside the database. Files: `lock`, `format` (one line
// that names the format level), `watermark`, and `db/`, which is RocksDB's.
//
// Creating writes the database, then the watermark, then `format`: a folder without `format` was
// never used, or has lost it, and then its database is not empty.
class folder {
 public:
  // Makes the folder (mode 0700) when there is none. Errors: journal_in_use, unknown_version,
  // corrupt, io_error, disk_full.
  static result<folder> open(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  bool creating() const { return creating_; }
  // After the database has been opened, and, when creating, has been found empty. A folder of a
  // lower format level is raised to this build's, so that older builds refuse it by name.
  result<void> finish();
  // Valid after `finish`.
  watermark& mark() { return *mark_; }
  // Writes and removes a file of 1 MiB. Errors: disk_full, io_error.
  result<void> probe_space() const;

 private:
  folder(std::filesystem::path path, folder_lock held, bool creating)
      : path_(std::move(path)), lock_(std::move(held)), creating_(creating) {}

  std::filesystem::path path_;
  folder_lock lock_;
  bool creating_;
  bool is_older_ = false;  // of a lower format level than this build writes
  std::optional<watermark> mark_;
};

}  // namespace theus::journal
