// A template that knows its clock only when it is used.
// caught-by: lint, audit
// message: the hour is another on replay; use ctx.now()
// guard: clock_gettime
#include <chrono>
#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {
namespace in_clock_in_template {

template <class Clock>
std::int64_t ticks_of() {
  return Clock::now().time_since_epoch().count();  // here
}

}  // namespace in_clock_in_template

theus::workflow<std::int64_t> clock_in_template([[maybe_unused]] theus::context& ctx) {
  using namespace in_clock_in_template;
  co_return ticks_of<std::chrono::system_clock>();
}

}  // namespace traps
