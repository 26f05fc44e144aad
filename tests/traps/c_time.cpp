// C's time.
// caught-by: lint, audit
// message: the hour is another on replay; use ctx.now()
// guard: time
#include <cstdint>
#include <ctime>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> c_time([[maybe_unused]] theus::context& ctx) {
  co_return std::time(nullptr);  // here
}

}  // namespace traps
