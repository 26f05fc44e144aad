// A clock by a name of one's own.
// caught-by: lint, audit
// message: the hour is another on replay; use ctx.now()
// guard: clock_gettime
#include <chrono>
#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> clock_by_alias([[maybe_unused]] theus::context& ctx) {
  using ticker = std::chrono::steady_clock;
  co_return ticker::now().time_since_epoch().count();  // here
}

}  // namespace traps
