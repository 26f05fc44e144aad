// A wait for other threads.
// caught-by: lint
// message: nobody else has what a run works with, and a lock is not there after replay
#include <cstdint>
#include <latch>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> std_latch([[maybe_unused]] theus::context& ctx) {
  std::latch start(1);  // here
  start.count_down();
  co_return 1;
}

}  // namespace traps
