// A command of the shell.
// caught-by: lint, audit
// message: the process is another on replay; read it in an activity or pass it in
// guard: system
#include <cstdint>
#include <cstdlib>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> runs_a_command([[maybe_unused]] theus::context& ctx) {
  co_return std::system("true");  // here
}

}  // namespace traps
