// The kernel's number of the thread.
// caught-by: lint, audit
// message: the process is another on replay; read it in an activity or pass it in
// guard: gettid
#include <unistd.h>

#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> kernel_thread_id([[maybe_unused]] theus::context& ctx) {
  co_return gettid();  // here
}

}  // namespace traps
