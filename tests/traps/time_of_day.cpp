// POSIX's time of day.
// caught-by: lint, audit
// message: the hour is another on replay; use ctx.now()
// guard: gettimeofday
#include <sys/time.h>

#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> time_of_day([[maybe_unused]] theus::context& ctx) {
  timeval now{};
  gettimeofday(&now, nullptr);  // here
  co_return now.tv_sec;
}

}  // namespace traps
