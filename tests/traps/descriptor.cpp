// Opens a file by POSIX.
// caught-by: lint, audit
// message: what it reads or writes is not recorded; use files in an activity
// guard: open
#include <fcntl.h>
#include <unistd.h>

#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> descriptor([[maybe_unused]] theus::context& ctx) {
  const int file = open("/dev/null", O_RDONLY);  // here
  co_return close(file);
}

}  // namespace traps
