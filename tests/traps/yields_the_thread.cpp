// Lets other threads go first.
// caught-by: lint, audit
// message: it blocks the shard and is forgotten in a crash; use co_await ctx.sleep(d)
// guard: sched_yield
#include <cstdint>
#include <thread>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> yields_the_thread([[maybe_unused]] theus::context& ctx) {
  std::this_thread::yield();  // here
  co_return 1;
}

}  // namespace traps
