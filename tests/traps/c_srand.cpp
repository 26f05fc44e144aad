// A seed that all of the process shares.
// caught-by: lint, audit
// message: the number is another on replay; use ctx.random() or ctx.uuid()
// guard: srand
#include <cstdint>
#include <cstdlib>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> c_srand([[maybe_unused]] theus::context& ctx) {
  std::srand(7);  // here
  co_return 7;
}

}  // namespace traps
