#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace theus::guard {

// What makes a function's answer another one on replay.
enum class subject : std::uint8_t {
  clocks,
  time_zone,
  randomness,
  sleeping,
  threads,
  process,
  environment,
  files,
  sockets,
  printing,
  locale,
};
inline constexpr std::size_t subjects = 11;

struct watched_call {
  std::string_view name;  // as it is written in sources, and in theus::guard_rules
  subject what;
};

// In order of their names: the number of a call is its place here.
// clang-format off
inline constexpr watched_call watched_calls[] = {
    {"accept", subject::sockets},
    {"access", subject::files},
    {"arc4random", subject::randomness},
    {"bind", subject::sockets},
    {"chdir", subject::files},
    {"clearenv", subject::environment},
    {"clock", subject::clocks},
    {"clock_gettime", subject::clocks},
    {"clock_nanosleep", subject::sleeping},
    {"connect", subject::sockets},
    {"creat", subject::files},
    {"drand48", subject::randomness},
    {"epoll_wait", subject::sockets},
    {"execv", subject::process},
    {"execve", subject::process},
    {"execvp", subject::process},
    {"fgetc", subject::files},
    {"fgets", subject::files},
    {"fopen", subject::files},
    {"fork", subject::process},
    {"fprintf", subject::printing},
    {"fputc", subject::printing},
    {"fputs", subject::printing},
    {"fread", subject::files},
    {"freopen", subject::files},
    {"fstat", subject::files},
    {"fstatat", subject::files},
    {"fsync", subject::files},
    {"ftruncate", subject::files},
    {"fwrite", subject::printing},
    {"get_nprocs", subject::process},
    {"getaddrinfo", subject::sockets},
    {"getc", subject::files},
    {"getchar", subject::files},
    {"getcwd", subject::files},
    {"getentropy", subject::randomness},
    {"getenv", subject::environment},
    {"gethostname", subject::process},
    {"getline", subject::files},
    {"getpid", subject::process},
    {"getppid", subject::process},
    {"getrandom", subject::randomness},
    {"gettid", subject::process},
    {"gettimeofday", subject::clocks},
    {"link", subject::files},
    {"listen", subject::sockets},
    {"localtime", subject::time_zone},
    {"localtime_r", subject::time_zone},
    {"lrand48", subject::randomness},
    {"lstat", subject::files},
    {"mkdir", subject::files},
    {"mkstemp", subject::files},
    {"mktime", subject::time_zone},
    {"mrand48", subject::randomness},
    {"nanosleep", subject::sleeping},
    {"open", subject::files},
    {"openat", subject::files},
    {"opendir", subject::files},
    {"pause", subject::sleeping},
    {"poll", subject::sockets},
    {"popen", subject::process},
    {"posix_spawn", subject::process},
    {"posix_spawnp", subject::process},
    {"ppoll", subject::sockets},
    {"pread", subject::files},
    {"printf", subject::printing},
    {"pthread_create", subject::threads},
    {"pthread_join", subject::threads},
    {"pthread_self", subject::threads},
    {"putc", subject::printing},
    {"putchar", subject::printing},
    {"putenv", subject::environment},
    {"puts", subject::printing},
    {"pwrite", subject::files},
    {"rand", subject::randomness},
    {"random", subject::randomness},
    {"random_device", subject::randomness},
    {"read", subject::files},
    {"readdir", subject::files},
    {"readlink", subject::files},
    {"readv", subject::files},
    {"realpath", subject::files},
    {"recv", subject::sockets},
    {"recvfrom", subject::sockets},
    {"recvmsg", subject::sockets},
    {"remove", subject::files},
    {"rename", subject::files},
    {"rmdir", subject::files},
    {"sched_getcpu", subject::process},
    {"sched_yield", subject::sleeping},
    {"secure_getenv", subject::environment},
    {"select", subject::sockets},
    {"send", subject::sockets},
    {"sendmsg", subject::sockets},
    {"sendto", subject::sockets},
    {"setenv", subject::environment},
    {"setlocale", subject::locale},
    {"sleep", subject::sleeping},
    {"socket", subject::sockets},
    {"srand", subject::randomness},
    {"srandom", subject::randomness},
    {"stat", subject::files},
    {"statvfs", subject::files},
    {"statx", subject::files},
    {"symlink", subject::files},
    {"syscall", subject::process},
    {"system", subject::process},
    {"thrd_create", subject::threads},
    {"thrd_sleep", subject::sleeping},
    {"time", subject::clocks},
    {"times", subject::clocks},
    {"timespec_get", subject::clocks},
    {"truncate", subject::files},
    {"uname", subject::process},
    {"unlink", subject::files},
    {"unlinkat", subject::files},
    {"unsetenv", subject::environment},
    {"usleep", subject::sleeping},
    {"vfprintf", subject::printing},
    {"vprintf", subject::printing},
    {"write", subject::files},
    {"writev", subject::files},
};
// clang-format on
inline constexpr std::size_t watched_call_count = sizeof watched_calls / sizeof watched_calls[0];

constexpr bool is_in_order() {
  for (std::size_t i = 1; i < watched_call_count; ++i) {
    if (!(watched_calls[i - 1].name < watched_calls[i].name)) return false;
  }
  return true;
}
static_assert(is_in_order());

// Throws std::out_of_range: when compiled, an error.
constexpr std::size_t number_of(std::string_view name) {
  for (std::size_t i = 0; i < watched_call_count; ++i) {
    if (watched_calls[i].name == name) return i;
  }
  throw std::out_of_range("no such call is watched");
}

}  // namespace theus::guard
