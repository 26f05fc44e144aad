// Waits in the thread, to the nanosecond.
// caught-by: lint, audit
// message: it blocks the shard and is forgotten in a crash; use co_await ctx.sleep(d)
// guard: nanosleep
#include <cstdint>
#include <ctime>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> posix_nanosleep([[maybe_unused]] theus::context& ctx) {
  const timespec little{0, 1};
  nanosleep(&little, nullptr);  // here
  co_return 1;
}

}  // namespace traps
