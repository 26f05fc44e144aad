// Waits in the thread.
// caught-by: lint, audit
// message: it blocks the shard and is forgotten in a crash; use co_await ctx.sleep(d)
// guard: nanosleep
#include <chrono>
#include <cstdint>
#include <thread>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> sleep_for([[maybe_unused]] theus::context& ctx) {
  std::this_thread::sleep_for(std::chrono::milliseconds(1));  // here
  co_return 1;
}

}  // namespace traps
