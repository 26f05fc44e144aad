#include "faults/system_calls.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

namespace theus::faults {
namespace {

constexpr int nothing_moved = 0;  // instead of an error number: the end of the file

struct order {
  std::string call;
  std::uint64_t passage = 0;
  bool onwards = false;
  bool kill = false;
  bool shortened = false;
  std::optional<int> error;
};

// What becomes of one call.
struct verdict {
  bool shortened = false;
  std::optional<int> error;
};

[[noreturn]] void refuse(const std::string& text) {
  ::fprintf(stderr, "\"%s\" is no plan for system calls\n", text.c_str());
  std::abort();
}

int error_number(const std::string& text) {
  static const std::map<std::string, int> known{
      {"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EMFILE", EMFILE},     {"EACCES", EACCES},
      {"ENOMEM", ENOMEM}, {"EDQUOT", EDQUOT}, {"end", nothing_moved}, {"EROFS", EROFS}};
  const auto found = known.find(text);
  if (found == known.end()) refuse(text);
  return found->second;
}

order parse(const std::string& text) {
  const std::size_t at = text.find('@');
  const std::size_t equals = text.find('=');
  if (at == text.npos || equals == text.npos || at > equals) refuse(text);
  order o;
  o.call = text.substr(0, at);
  o.onwards = text[equals - 1] == '+';
  o.passage = std::strtoull(text.c_str() + at + 1, nullptr, 10);
  std::string action = text.substr(equals + 1);
  if (o.passage == 0 || action.empty()) refuse(text);
  if (action == "kill") {
    o.kill = true;
  } else if (action.starts_with("short")) {
    o.shortened = true;
    if (action.size() > 5) o.error = error_number(action.substr(6));
  } else {
    o.error = error_number(action);
  }
  return o;
}

class table;
table& the_table();
void print_counts();

bool is_folder(const std::string& path) {
  struct stat found{};
  return ::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

class table {
 public:
  table() {
    const char* folder = std::getenv("THEUS_FAULT_FOLDER");
    if (folder == nullptr) return;
    const char* plan = std::getenv("THEUS_FAULT_PLAN");
    arm(folder, plan ? plan : "");
    if (const char* report = std::getenv("THEUS_FAULT_REPORT")) {
      report_ = int(
          ::syscall(SYS_openat, AT_FDCWD, report, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
      std::atexit(print_counts);
    }
  }

  void arm(const std::string& folder, const std::string& plan) {
    const std::lock_guard lock(mutex_);
    folder_ = folder;
    orders_.clear();
    pending_.clear();
    passed_.clear();
    unsynced_.clear();
    faults_ = again_ = 0;
    for (std::size_t from = 0; from < plan.size();) {
      const std::size_t comma = std::min(plan.find(',', from), plan.size());
      orders_.push_back(parse(plan.substr(from, comma - from)));
      from = comma + 1;
    }
  }

  verdict pass(const char* call, const std::string& path) {
    const std::lock_guard lock(mutex_);
    if (folder_.empty() || !path.starts_with(folder_)) return {};
    const std::uint64_t passage = ++passed_[call];
    if (std::strcmp(call, "unlink") == 0)
      unsynced_.erase(path);  // what comes there is another file
    const bool is_sync = std::strcmp(call, "fsync") == 0 || std::strcmp(call, "fdatasync") == 0;
    if (is_sync && unsynced_.contains(path)) {
      ++again_;
      report("sync tried again " + path);
    }
    if (const auto node = pending_.extract({call, path})) return {false, node.mapped()};
    for (const order& o : orders_) {
      const bool meant = o.passage == passage || (o.onwards && o.passage < passage);
      if (o.call != call || !meant) continue;
      ++faults_;
      report("fault " + o.call + " " + std::to_string(passage) + " " + path);
      if (o.kill) {
        ::syscall(SYS_kill, ::getpid(), SIGKILL);
        for (;;) ::pause();
      }
      if (is_sync && o.error && !is_folder(path)) unsynced_.insert(path);
      if (!o.shortened) return {false, o.error};
      if (o.error) pending_[{call, path}] = *o.error;
      return {true, std::nullopt};
    }
    return {};
  }

  std::uint64_t passed(const std::string& call) {
    const std::lock_guard lock(mutex_);
    return passed_[call];
  }
  std::uint64_t faults() {
    const std::lock_guard lock(mutex_);
    return faults_;
  }
  std::uint64_t again() {
    const std::lock_guard lock(mutex_);
    return again_;
  }
  void print() {
    const std::lock_guard lock(mutex_);
    for (const auto& [call, count] : passed_) report("count " + call + " " + std::to_string(count));
  }

 private:
  void report(const std::string& line) const {
    if (report_ < 0) return;
    const std::string text = line + "\n";
    (void)::syscall(SYS_write, report_, text.data(), text.size());
  }

  std::mutex mutex_;
  std::string folder_;
  std::vector<order> orders_;
  std::map<std::pair<std::string, std::string>, int> pending_;
  std::map<std::string, std::uint64_t> passed_;
  std::set<std::string> unsynced_;
  std::uint64_t faults_ = 0;
  std::uint64_t again_ = 0;
  int report_ = -1;
};

table& the_table() {
  static table* const only = new table;  // outlives every atexit handler
  return *only;
}

void print_counts() { the_table().print(); }

std::string path_of(int descriptor) {
  char link[32];
  char target[4'096];
  ::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const long length = ::syscall(SYS_readlinkat, AT_FDCWD, link, target, sizeof target);
  return length > 0 ? std::string(target, std::size_t(length)) : std::string();
}

verdict judge(const char* call, int descriptor) {
  if (descriptor < 0) return {};
  const int kept = errno;
  const verdict v = the_table().pass(call, path_of(descriptor));
  errno = kept;
  return v;
}
verdict judge_path(const char* call, const char* path) {
  if (path == nullptr) return {};
  const int kept = errno;
  const verdict v = the_table().pass(call, path);
  errno = kept;
  return v;
}

// Of a call that moves bytes: the answer instead of making it, or how many bytes to move.
std::optional<ssize_t> spoiled(const verdict& v, std::size_t& count) {
  if (v.error) {
    if (*v.error == nothing_moved) return 0;
    errno = *v.error;
    return -1;
  }
  if (v.shortened && count > 1) count /= 2;
  return std::nullopt;
}

std::optional<int> refused(const verdict& v) {
  if (!v.error) return std::nullopt;
  errno = *v.error;
  return -1;
}

}  // namespace

void arm(const std::string& folder, const std::string& plan) { the_table().arm(folder, plan); }
void disarm() { the_table().arm("", ""); }
std::uint64_t passed(const std::string& call) { return the_table().passed(call); }
std::uint64_t faults() { return the_table().faults(); }
std::uint64_t syncs_tried_again() { return the_table().again(); }

}  // namespace theus::faults

using namespace theus::faults;

extern "C" {

ssize_t write(int to, const void* bytes, size_t count) {
  if (const auto answer = spoiled(judge("write", to), count)) return *answer;
  return ::syscall(SYS_write, to, bytes, count);
}
ssize_t pwrite(int to, const void* bytes, size_t count, off_t at) {
  if (const auto answer = spoiled(judge("pwrite", to), count)) return *answer;
  return ::syscall(SYS_pwrite64, to, bytes, count, at);
}
ssize_t read(int from, void* bytes, size_t count) {
  if (const auto answer = spoiled(judge("read", from), count)) return *answer;
  return ::syscall(SYS_read, from, bytes, count);
}
ssize_t pread(int from, void* bytes, size_t count, off_t at) {
  if (const auto answer = spoiled(judge("pread", from), count)) return *answer;
  return ::syscall(SYS_pread64, from, bytes, count, at);
}
// RocksDB reads logs and manifests so.
size_t fread_unlocked(void* bytes, size_t size, size_t count, FILE* from) {
  if (const auto answer = spoiled(judge("fread", ::fileno(from)), count)) return 0;
  return ::fread(bytes, size, count, from);
}
int fsync(int of) {
  if (const auto answer = refused(judge("fsync", of))) return *answer;
  return int(::syscall(SYS_fsync, of));
}
int fdatasync(int of) {
  if (const auto answer = refused(judge("fdatasync", of))) return *answer;
  return int(::syscall(SYS_fdatasync, of));
}
int ftruncate(int of, off_t length) noexcept {
  if (const auto answer = refused(judge("ftruncate", of))) return *answer;
  return int(::syscall(SYS_ftruncate, of, length));
}
int fallocate(int of, int mode, off_t from, off_t length) {
  if (const auto answer = refused(judge("fallocate", of))) return *answer;
  return int(::syscall(SYS_fallocate, of, mode, from, length));
}
int rename(const char* from, const char* to) noexcept {
  if (const auto answer = refused(judge_path("rename", to))) return *answer;
  return int(::syscall(SYS_rename, from, to));
}
int unlink(const char* path) noexcept {
  if (const auto answer = refused(judge_path("unlink", path))) return *answer;
  return int(::syscall(SYS_unlink, path));
}
int link(const char* from, const char* to) noexcept {
  if (const auto answer = refused(judge_path("link", to))) return *answer;
  return int(::syscall(SYS_link, from, to));
}
int open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  if (const auto answer = refused(judge_path("open", path))) return *answer;
  return int(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

}  // extern "C"
