// Time used by the processor.
// caught-by: lint, audit
// message: the hour is another on replay; use ctx.now()
// guard: clock
#include <cstdint>
#include <ctime>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> c_clock([[maybe_unused]] theus::context& ctx) {
  co_return std::clock();  // here
}

}  // namespace traps
