// Opens a file by C.
// caught-by: lint, audit
// message: what it reads or writes is not recorded; use files in an activity
// guard: fopen
#include <cstdint>
#include <cstdio>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> c_file([[maybe_unused]] theus::context& ctx) {
  std::FILE* file = std::fopen("/dev/null", "r");  // here
  co_return file ? std::fclose(file) : 1;
}

}  // namespace traps
