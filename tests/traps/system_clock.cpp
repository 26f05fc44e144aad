// The hour decides.
// caught-by: lint, audit
// message: the hour is another on replay; use ctx.now()
// guard: clock_gettime
#include <chrono>
#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> system_clock([[maybe_unused]] theus::context& ctx) {
  const auto hour = std::chrono::system_clock::now().time_since_epoch();  // here
  co_return hour.count();
}

}  // namespace traps
