// Another name of the system's clock.
// caught-by: lint, audit
// message: the hour is another on replay; use ctx.now()
// guard: clock_gettime
#include <chrono>
#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> high_resolution_clock([[maybe_unused]] theus::context& ctx) {
  co_return std::chrono::high_resolution_clock::now().time_since_epoch().count();  // here
}

}  // namespace traps
