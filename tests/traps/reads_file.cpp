// Reads a file as a stream.
// caught-by: lint, audit
// message: what it reads or writes is not recorded; use files in an activity
// guard: fopen
#include <cstdint>
#include <fstream>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> reads_file([[maybe_unused]] theus::context& ctx) {
  std::ifstream file("/etc/hostname");  // here
  co_return file.get();
}

}  // namespace traps
