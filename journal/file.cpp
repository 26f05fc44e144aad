#include "file.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace theus::journal {
namespace {

constexpr std::uint64_t scarce_bytes = 64 * 1024 * 1024;

}  // namespace

error file_error(const char* what, const std::filesystem::path& path, int error_number) {
  const bool full = error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
  return {full ? errc::disk_full : errc::io_error,
          std::string(what) + " " + path.string() + ": " +
              std::generic_category().message(error_number)};
}

file& file::operator=(file&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = other.release();
  }
  return *this;
}

result<file> file::open(const std::filesystem::path& path, int flags, unsigned mode) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  if (descriptor < 0) return file_error("cannot open", path, errno);
  return file(descriptor);
}

int file::release() {
  const int descriptor = descriptor_;
  descriptor_ = -1;
  return descriptor;
}

void file::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

result<std::optional<std::string>> read_file(const std::filesystem::path& path,
                                             std::size_t most_bytes) {
  const file from(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (from.descriptor() < 0) {
    if (errno == ENOENT) return std::optional<std::string>();
    return file_error("cannot open", path, errno);
  }
  std::string content;
  char part[16 * 1024];
  for (;;) {
    const ssize_t count = ::read(from.descriptor(), part, sizeof part);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return file_error("cannot read", path, errno);
    if (count == 0) return std::optional(std::move(content));
    content.append(part, std::size_t(count));
    if (content.size() > most_bytes) {
      return error{errc::limit_exceeded,
                   path.string() + " has more than " + std::to_string(most_bytes) + " bytes"};
    }
  }
}

std::vector<std::string> files_in(const std::filesystem::path& folder, const char* extension,
                                  const std::function<bool(const std::string& path)>& chosen) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.path().extension() != extension) continue;
    if (chosen && !chosen(entry.path().string())) continue;
    names.push_back(entry.path().filename().string());
  }
  return names;
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

bool space_is_scarce(const std::filesystem::path& path) {
  struct statvfs disk{};
  rlimit files{};
  if (::statvfs(path.c_str(), &disk) != 0 || ::getrlimit(RLIMIT_FSIZE, &files) != 0) return true;
  return files.rlim_cur != RLIM_INFINITY || disk.f_bavail * disk.f_frsize < scarce_bytes;
}

result<void> write_all(const file& to, std::string_view content,
                       const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t count = ::write(to.descriptor(), content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return file_error("cannot write", path, errno);
    content.remove_prefix(std::size_t(count));
  }
  return {};
}

result<void> replace_file(const std::filesystem::path& path, std::string_view content) {
  const std::filesystem::path beside = path.string() + ".new";
  {
    auto to = file::open(beside, O_WRONLY | O_CREAT | O_TRUNC);
    if (!to) return to.error();
    if (auto ok = write_all(*to, content, beside); !ok) return ok;
    if (::fsync(to->descriptor()) != 0) return file_error("cannot sync", beside, errno);
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) {
    return file_error("cannot rename", beside, errno);
  }
  return sync_folder(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
}

result<void> sync_folder(const std::filesystem::path& folder) {
  const auto opened = file::open(folder, O_RDONLY | O_DIRECTORY);
  if (!opened) return opened.error();
  if (::fsync(opened->descriptor()) != 0) return file_error("cannot sync", folder, errno);
  return {};
}

}  // namespace theus::journal
