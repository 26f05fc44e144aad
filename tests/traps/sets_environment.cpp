// Changes the environment of everybody.
// caught-by: lint, audit
// message: the process is another on replay; read it in an activity or pass it in
// guard: setenv
#include <cstdint>
#include <cstdlib>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> sets_environment([[maybe_unused]] theus::context& ctx) {
  co_return setenv("REGION", "north", 1);  // here
}

}  // namespace traps
