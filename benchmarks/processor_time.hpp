#pragma once

#include <sys/resource.h>

#include <chrono>

namespace theus::benchmarks {

// Of all threads of this process, in user code and in the kernel.
inline std::chrono::microseconds processor_time() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto of = [](const timeval& t) {
    return std::chrono::seconds(t.tv_sec) + std::chrono::microseconds(t.tv_usec);
  };
  return of(used.ru_utime) + of(used.ru_stime);
}

}  // namespace theus::benchmarks
