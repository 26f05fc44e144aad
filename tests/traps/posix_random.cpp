// POSIX's random numbers.
// caught-by: lint, audit
// message: the number is another on replay; use ctx.random() or ctx.uuid()
// guard: random
#include <cstdint>
#include <cstdlib>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> posix_random([[maybe_unused]] theus::context& ctx) {
  co_return random();  // here
}

}  // namespace traps
