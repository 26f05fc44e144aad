// The name of the machine.
// caught-by: lint, audit
// message: the process is another on replay; read it in an activity or pass it in
// guard: gethostname
#include <unistd.h>

#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> host_name([[maybe_unused]] theus::context& ctx) {
  char name[64] = "";
  gethostname(name, sizeof name);  // here
  co_return name[0];
}

}  // namespace traps
