#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "theus/journal/errc.hpp"

// Small files and folders by POSIX calls: whole, synced, with errors that name the path.
namespace theus::journal {

// disk_full for ENOSPC, EDQUOT and EFBIG, otherwise io_error: "<what> <path>: No space left on …".
error file_error(const char* what, const std::filesystem::path& path, int error_number);

// Owns a file descriptor.
class file {
 public:
  file() = default;
  explicit file(int descriptor) : descriptor_(descriptor) {}
  file(file&& other) noexcept : descriptor_(other.release()) {}
  file& operator=(file&& other) noexcept;
  ~file() { close(); }

  static result<file> open(const std::filesystem::path& path, int flags, unsigned mode = 0600);

  int descriptor() const { return descriptor_; }
  int release();
  void close();

 private:
  int descriptor_ = -1;
};

// Empty when there is no such file. Errors: io_error; limit_exceeded beyond `most_bytes`.
result<std::optional<std::string>> read_file(const std::filesystem::path& path,
                                             std::size_t most_bytes);
// Names of the files with this extension, all or those that `chosen` takes by their path; none when
// the folder cannot be read.
std::vector<std::string> files_in(
    const std::filesystem::path& folder, const char* extension,
    const std::function<bool(const std::string& path)>& chosen = nullptr);
// "a, b, c"
std::string joined(const std::vector<std::string>& names);
// Less than 64 MiB are free where `path` is, or the process may not write large files.
bool space_is_scarce(const std::filesystem::path& path);
// Writes beside the path, syncs, renames over it and syncs the folder: the old or the new content
// is there, nothing else.
result<void> replace_file(const std::filesystem::path& path, std::string_view content);
result<void> write_all(const file& to, std::string_view content, const std::filesystem::path& path);
result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace theus::journal
