// A clock that is defined in a header, so only what it comes to can be seen.
// caught-by: audit
// message: the hour is another on replay; use ctx.now()
// guard: clock_gettime
#include <chrono>
#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> file_clock([[maybe_unused]] theus::context& ctx) {
  co_return std::chrono::file_clock::now().time_since_epoch().count();  // here
}

}  // namespace traps
