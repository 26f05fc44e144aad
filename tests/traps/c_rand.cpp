// C's random numbers.
// caught-by: lint, audit
// message: the number is another on replay; use ctx.random() or ctx.uuid()
// guard: rand
#include <cstdint>
#include <cstdlib>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> c_rand([[maybe_unused]] theus::context& ctx) {
  co_return std::rand();  // here
}

}  // namespace traps
