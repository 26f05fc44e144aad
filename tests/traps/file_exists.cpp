// Asks the file system.
// caught-by: audit
// message: what it reads or writes is not recorded; use files in an activity
// guard: stat
#include <cstdint>
#include <filesystem>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> file_exists([[maybe_unused]] theus::context& ctx) {
  co_return std::filesystem::exists("/etc/hostname") ? 1 : 0;  // here
}

}  // namespace traps
