// A hash of the library's own making.
// caught-by: tidy standard_hash
// message: std::hash differs between libraries and builds; use a hash of your own, or the value
// itself
#include <cstdint>
#include <functional>
#include <string>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> standard_hash([[maybe_unused]] theus::context& ctx) {
  co_return static_cast<std::int64_t>(std::hash<std::string>()("tea") % 7);  // here
}

}  // namespace traps
