// Wakes whoever waits in another thread.
// caught-by: lint, audit
// message: nobody else has what a run works with, and a lock is not there after replay
#include <condition_variable>
#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> condition_variable([[maybe_unused]] theus::context& ctx) {
  std::condition_variable bell;  // here
  bell.notify_all();
  co_return 1;
}

}  // namespace traps
