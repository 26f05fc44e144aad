// Waits in the thread, by POSIX.
// caught-by: lint, audit
// message: it blocks the shard and is forgotten in a crash; use co_await ctx.sleep(d)
// guard: usleep
#include <unistd.h>

#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> posix_usleep([[maybe_unused]] theus::context& ctx) {
  usleep(1);  // here
  co_return 1;
}

}  // namespace traps
