#include "faults/small_disk.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>

namespace theus::faults {
namespace {

const auto* const registered = ::testing::AddGlobalTestEnvironment(&small_disk::get());

bool enter_namespace() {
  const auto user = ::getuid();
  const auto group = ::getgid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream users("/proc/self/uid_map");
  users << "0 " << user << " 1" << std::flush;
  std::ofstream groups("/proc/self/gid_map");
  groups << "0 " << group << " 1" << std::flush;
  return users.good() && groups.good();
}

void limit_files(pid_t process, rlim_t bytes) {
  rlimit limit{};
  ::prlimit(process, RLIMIT_FSIZE, nullptr, &limit);
  limit.rlim_cur = bytes;
  if (::prlimit(process, RLIMIT_FSIZE, &limit, nullptr) != 0) throw std::runtime_error("prlimit");
}

}  // namespace

small_disk& small_disk::get() {
  static small_disk* const only = new small_disk;  // GoogleTest deletes it
  return *only;
}

void small_disk::SetUp() {
  std::string pattern = (std::filesystem::temp_directory_path() / "theus-disk-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
  path_ = pattern;
  mounted_ =
      enter_namespace() && ::mount("none", path_.c_str(), "tmpfs", 0, "size=64m,mode=0700") == 0;
  if (!mounted_) {
    std::printf("no tmpfs of our own (%s): the size of files is limited instead\n",
                std::strerror(errno));
  }
}

void small_disk::TearDown() {
  if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void small_disk::fill(pid_t process, std::size_t left) const {
  if (!mounted_) return limit_files(process, 64 * 1024 + left);
  const int ballast = ::open((path_ / "ballast").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const std::string block(64 * 1024, 'b');
  off_t size = 0;
  for (;;) {
    const ssize_t count = ::write(ballast, block.data(), block.size());
    if (count <= 0) break;
    size += count;
  }
  if (off_t(left) < size && ::ftruncate(ballast, size - off_t(left)) != 0) {
    throw std::runtime_error("ftruncate");
  }
  ::close(ballast);
}

void small_disk::free(pid_t process) const {
  if (!mounted_) return limit_files(process, RLIM_INFINITY);
  std::filesystem::remove(path_ / "ballast");
}

}  // namespace theus::faults
