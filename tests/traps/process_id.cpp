// The number of the process.
// caught-by: lint, audit
// message: the process is another on replay; read it in an activity or pass it in
// guard: getpid
#include <unistd.h>

#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> process_id([[maybe_unused]] theus::context& ctx) {
  co_return getpid();  // here
}

}  // namespace traps
