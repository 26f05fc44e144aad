// A lock with readers.
// caught-by: lint, audit
// message: nobody else has what a run works with, and a lock is not there after replay
#include <cstdint>
#include <shared_mutex>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> shared_mutex([[maybe_unused]] theus::context& ctx) {
  std::shared_mutex door;  // here
  door.lock_shared();
  door.unlock_shared();
  co_return 1;
}

}  // namespace traps
