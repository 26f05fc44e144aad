// Random bytes from the kernel.
// caught-by: lint, audit
// message: the number is another on replay; use ctx.random() or ctx.uuid()
// guard: getrandom
#include <sys/random.h>

#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> kernel_random([[maybe_unused]] theus::context& ctx) {
  std::int64_t drawn = 0;
  if (getrandom(&drawn, sizeof drawn, 0) < 0) drawn = 0;  // here
  co_return drawn;
}

}  // namespace traps
