// A global counts all runs of this process.
// caught-by: tidy global_variable
// message: a variable outside of the run is shared by all and begins anew with the process; use the
// Context
// paranoid: command differs
#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {
namespace in_counts_in_global {

std::int64_t runs_so_far = 0;

}  // namespace in_counts_in_global

theus::workflow<std::int64_t> counts_in_global([[maybe_unused]] theus::context& ctx) {
  using namespace in_counts_in_global;
  co_return ++runs_so_far;  // here
}

}  // namespace traps
