// A static local counts all runs of this process.
// caught-by: tidy static_local
// message: a static local outlives the run and is shared by all; use a local or the Context
// paranoid: command differs
#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

// [docs:wrong]
theus::workflow<std::int64_t> counts_in_static([[maybe_unused]] theus::context& ctx) {
  static std::int64_t runs = 0;  // here
  co_return ++runs;
}
// [docs:end]

}  // namespace traps
