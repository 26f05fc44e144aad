#include "control_socket.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace theus {
namespace {

error failed(const std::string& what) {
  return {errno == ENOENT ? errc::not_found : errc::io_error, what + ": " + std::strerror(errno)};
}

}  // namespace

result<control_folder> control_folder::open(const std::filesystem::path& folder) {
  const int fd = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return failed("cannot open the journal folder " + folder.string());
  return control_folder(folder, fd);
}

control_folder::control_folder(control_folder&& other) noexcept
    : folder_(std::move(other.folder_)), fd_(std::exchange(other.fd_, -1)) {}

control_folder::~control_folder() {
  if (fd_ >= 0) ::close(fd_);
}

std::string control_folder::shown_path() const { return (folder_ / control_socket_name).string(); }

std::string control_folder::socket_path() const {
  std::string direct = shown_path();
  if (direct.size() < sizeof(sockaddr_un::sun_path)) return direct;
  return "/proc/self/fd/" + std::to_string(fd_) + "/" + control_socket_name;
}

result<void> control_folder::remove_socket() const {
  struct stat found{};
  if (::fstatat(fd_, control_socket_name, &found, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return {};
    return failed(shown_path());
  }
  if (!S_ISSOCK(found.st_mode)) {
    return error{errc::io_error, shown_path() + " is not a socket; move it away"};
  }
  if (::unlinkat(fd_, control_socket_name, 0) != 0 && errno != ENOENT) {
    return failed("cannot remove " + shown_path());
  }
  return {};
}

}  // namespace theus
