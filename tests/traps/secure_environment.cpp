// The environment by another name.
// caught-by: lint, audit
// message: the process is another on replay; read it in an activity or pass it in
// guard: secure_getenv
#include <cstdint>
#include <cstdlib>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> secure_environment([[maybe_unused]] theus::context& ctx) {
  co_return secure_getenv("REGION") ? 1 : 0;  // here
}

}  // namespace traps
