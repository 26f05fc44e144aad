// Removes a file.
// caught-by: lint, audit
// message: what it reads or writes is not recorded; use files in an activity
// guard: remove
#include <cstdint>
#include <cstdio>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> removes_file([[maybe_unused]] theus::context& ctx) {
  co_return std::remove("/nowhere/at-all");  // here
}

}  // namespace traps
