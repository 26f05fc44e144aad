// The environment decides.
// caught-by: lint, audit
// message: the process is another on replay; read it in an activity or pass it in
// guard: getenv
#include <cstdint>
#include <cstdlib>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> environment([[maybe_unused]] theus::context& ctx) {
  co_return std::getenv("REGION") ? 1 : 0;  // here
}

}  // namespace traps
