#include "faults/wall_time.hpp"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

namespace theus::faults {
namespace {

std::atomic<std::int64_t> ahead_us{0};

}  // namespace

void set_wall_time_ahead(std::chrono::microseconds ahead) { ahead_us = ahead.count(); }

}  // namespace theus::faults

extern "C" int clock_gettime(clockid_t which, timespec* now) noexcept {
  const long failed = ::syscall(SYS_clock_gettime, which, now);
  if (failed != 0 || which != CLOCK_REALTIME) return int(failed);
  const std::int64_t us = now->tv_sec * 1'000'000 + now->tv_nsec / 1'000 + theus::faults::ahead_us;
  now->tv_sec = us / 1'000'000;
  now->tv_nsec = us % 1'000'000 * 1'000;
  return 0;
}
