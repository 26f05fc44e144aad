// A result from another thread.
// caught-by: lint, audit
// message: a run is one strand, and replay knows no other; use theus::all and theus::any
// guard: pthread_create
#include <cstdint>
#include <future>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> std_async([[maybe_unused]] theus::context& ctx) {
  auto sum = std::async([] { return 1 + 1; });  // here
  co_return sum.get();
}

}  // namespace traps
