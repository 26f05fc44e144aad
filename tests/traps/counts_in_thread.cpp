// A thread-local counts what happened on this thread.
// caught-by: tidy static_local
// message: a static local outlives the run and is shared by all; use a local or the Context
// paranoid: command differs
#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> counts_in_thread([[maybe_unused]] theus::context& ctx) {
  thread_local std::int64_t turns = 0;  // here
  co_return ++turns;
}

}  // namespace traps
