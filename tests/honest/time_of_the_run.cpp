// The run's own time.
#include <chrono>
#include <cstdint>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> time_of_the_run(theus::context& ctx) {
  const theus::time_point before = ctx.now();
  co_await ctx.sleep(std::chrono::seconds(1));
  co_return (ctx.now() - before).count() > 0 ? 1 : 0;
}

}  // namespace honest
