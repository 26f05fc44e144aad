// Prints by format.
// caught-by: lint, audit
// message: it is printed again by every replay; use ctx.log(text)
// guard: printf
#include <cstdint>
#include <cstdio>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> prints_printf([[maybe_unused]] theus::context& ctx) {
  std::printf("%d cents\n", 5);  // here
  co_return 1;
}

}  // namespace traps
