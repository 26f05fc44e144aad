// Prints errors by stream.
// caught-by: lint, audit
// message: it is printed again by every replay; use ctx.log(text)
// guard: fwrite
#include <cstdint>
#include <iostream>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> prints_cerr([[maybe_unused]] theus::context& ctx) {
  std::cerr << "not paid\n";  // here
  co_return 1;
}

}  // namespace traps
