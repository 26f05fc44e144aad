// Prints a line.
// caught-by: lint, audit
// message: it is printed again by every replay; use ctx.log(text)
// guard: puts
#include <cstdint>
#include <cstdio>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> prints_puts([[maybe_unused]] theus::context& ctx) {
  std::puts("paid");  // here
  co_return 1;
}

}  // namespace traps
