#pragma once

#include <filesystem>

#include "engine.hpp"
#include "file.hpp"

namespace theus::journal {

// The file that says what was acknowledged (rule 6): two slots of 64 bytes, written in turn, so
// that a torn write never harms the one before. Apart from the database on purpose: whatever makes
// the database forget its end leaves this.
//
// A slot: "theuswm1", commit number (8 bytes, little-endian), chain hash (32), 8 zero bytes, the
// first 8 bytes of SHA-256 of all that. The slots lie at byte 0 and 512: sectors of their own. The
// greater commit is the newer one; it need not be the next.
//
// Thread: one at a time.
class watermark {
 public:
  // Both slots name the empty journal. Errors: disk_full, io_error.
  static result<void> create(const std::filesystem::path& path);
  // Errors: corrupt when the file is missing or no slot is whole; io_error.
  static result<watermark> open(const std::filesystem::path& path);

  const journal_head& promised() const { return promised_; }
  // One pwrite, not synced. Errors: disk_full, io_error.
  result<void> write(const journal_head& head);

 private:
  watermark(std::filesystem::path path, file opened, const journal_head& promised, bool is_second)
      : path_(std::move(path)),
        file_(std::move(opened)),
        promised_(promised),
        is_second_(is_second) {}

  std::filesystem::path path_;
  file file_;
  journal_head promised_;
  bool is_second_;  // where that is
};

}  // namespace theus::journal
