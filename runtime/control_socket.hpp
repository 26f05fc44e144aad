#pragma once

#include <sys/un.h>

#include <filesystem>
#include <string>

#include "theus/journal/errc.hpp"

namespace theus {

constexpr const char* control_socket_name = "control.sock";

// The journal's folder, held open to reach the socket in it. A socket's address holds 107
// characters at most; in a folder with a longer path it is reached through /proc/self/fd.
class control_folder {
 public:
  // Errors: not_found, io_error.
  static result<control_folder> open(const std::filesystem::path& folder);
  control_folder(control_folder&& other) noexcept;
  control_folder& operator=(control_folder&&) = delete;
  ~control_folder();

  std::string socket_path() const;  // for an address; valid while this object lives
  std::string shown_path() const;   // for people
  // Errors: io_error, also when what is there is not a socket. Nothing there is no error.
  result<void> remove_socket() const;

 private:
  control_folder(std::filesystem::path folder, int fd) : folder_(std::move(folder)), fd_(fd) {}

  std::filesystem::path folder_;
  int fd_;
};

}  // namespace theus
