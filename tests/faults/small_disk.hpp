#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>

#include <gtest/gtest.h>

// A disk of 64 MiB for the tests of one program: a tmpfs in a user and mount namespace of its own.
// Where the machine allows no such namespace, a folder, and files of a process that may not grow.
namespace theus::faults {

class small_disk : public ::testing::Environment {
 public:
  static small_disk& get();

  void SetUp() override;
  void TearDown() override;

  const std::filesystem::path& path() const { return path_; }
  bool is_mounted() const { return mounted_; }
  // Leaves about `left` bytes of space. Without a mount: `process` may not make a file larger.
  void fill(pid_t process, std::size_t left) const;
  void free(pid_t process) const;

 private:
  std::filesystem::path path_;
  bool mounted_ = false;
};

}  // namespace theus::faults
