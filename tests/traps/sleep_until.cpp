// Waits in the thread for a moment of a clock.
// caught-by: lint
// message: it blocks the shard and is forgotten in a crash; use co_await ctx.sleep(d)
// guard: clock_gettime: the hour is another on replay; use ctx.now()
#include <chrono>
#include <cstdint>
#include <thread>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> sleep_until([[maybe_unused]] theus::context& ctx) {
  std::this_thread::sleep_until(std::chrono::system_clock::time_point());  // here
  co_return 1;
}

}  // namespace traps
