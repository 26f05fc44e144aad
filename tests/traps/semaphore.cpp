// A wait for another thread.
// caught-by: audit
// message: nobody else has what a run works with, and a lock is not there after replay
#include <cstdint>
#include <semaphore>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> semaphore([[maybe_unused]] theus::context& ctx) {
  std::binary_semaphore gate(1);
  gate.acquire();  // here
  co_return 1;
}

}  // namespace traps
