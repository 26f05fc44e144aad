// POSIX's clocks.
// caught-by: lint, audit
// message: the hour is another on replay; use ctx.now()
// guard: clock_gettime
#include <cstdint>
#include <ctime>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> posix_clock([[maybe_unused]] theus::context& ctx) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);  // here
  co_return now.tv_nsec;
}

}  // namespace traps
