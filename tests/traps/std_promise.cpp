// A promise that another thread may keep.
// caught-by: lint, audit
// message: a run is one strand, and replay knows no other; use theus::all and theus::any
#include <cstdint>
#include <future>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> std_promise([[maybe_unused]] theus::context& ctx) {
  std::promise<int> given;  // here
  given.set_value(2);
  co_return 2;
}

}  // namespace traps
