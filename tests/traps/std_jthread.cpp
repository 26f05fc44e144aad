// A thread that joins itself.
// caught-by: lint, audit
// message: a run is one strand, and replay knows no other; use theus::all and theus::any
// guard: pthread_create
#include <cstdint>
#include <thread>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> std_jthread([[maybe_unused]] theus::context& ctx) {
  std::int64_t sum = 0;
  {
    std::jthread adder([&sum] { sum = 1 + 1; });  // here
  }
  co_return sum;
}

}  // namespace traps
