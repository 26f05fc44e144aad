// The clock is read by a function that the workflow calls.
// caught-by: lint, audit
// message: the hour is another on replay; use ctx.now()
// guard: clock_gettime
#include <chrono>
#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {
namespace in_clock_in_helper {

std::int64_t seconds_today() {
  return std::chrono::system_clock::now().time_since_epoch().count() % 86'400;  // here
}

}  // namespace in_clock_in_helper

theus::workflow<std::int64_t> clock_in_helper([[maybe_unused]] theus::context& ctx) {
  using namespace in_clock_in_helper;
  co_await ctx.sleep(std::chrono::seconds(1));
  co_return seconds_today();
}

}  // namespace traps
