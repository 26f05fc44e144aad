// Reads what somebody types.
// caught-by: lint, audit
// message: what it reads or writes is not recorded; use files in an activity
// guard: getc
#include <cstdint>
#include <iostream>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> standard_input([[maybe_unused]] theus::context& ctx) {
  std::int64_t typed = 0;
  std::cin >> typed;  // here
  co_return typed;
}

}  // namespace traps
