// Measures how long its own await took.
// caught-by: lint, audit
// message: the hour is another on replay; use ctx.now()
// guard: clock_gettime
#include <chrono>
#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> steady_clock([[maybe_unused]] theus::context& ctx) {
  const auto before = std::chrono::steady_clock::now();  // here
  co_await ctx.sleep(std::chrono::seconds(1));
  co_return before.time_since_epoch().count();
}

}  // namespace traps
