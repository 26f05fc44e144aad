// A clock as a function pointer.
// caught-by: lint, audit
// message: the hour is another on replay; use ctx.now()
// guard: time
#include <cstdint>
#include <ctime>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> clock_by_pointer([[maybe_unused]] theus::context& ctx) {
  std::time_t (*const read)(std::time_t*) = &std::time;  // here
  co_return read(nullptr);
}

}  // namespace traps
