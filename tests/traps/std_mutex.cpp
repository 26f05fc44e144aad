// A lock, and a wait for whoever has it.
// caught-by: lint, audit
// message: nobody else has what a run works with, and a lock is not there after replay
#include <cstdint>
#include <mutex>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> std_mutex([[maybe_unused]] theus::context& ctx) {
  static std::mutex door;  // here
  door.lock();
  door.unlock();
  co_return 1;
}

}  // namespace traps
