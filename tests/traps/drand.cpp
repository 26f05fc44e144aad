// A random double.
// caught-by: lint, audit
// message: the number is another on replay; use ctx.random() or ctx.uuid()
// guard: drand48
#include <cstdint>
#include <cstdlib>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> drand([[maybe_unused]] theus::context& ctx) {
  co_return static_cast<std::int64_t>(100 * drand48());  // here
}

}  // namespace traps
