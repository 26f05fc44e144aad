// Goes through an unordered map.
// caught-by: tidy unordered_iteration
// message: the order of an unordered container differs between builds; use std::map, or sort first
// paranoid: command differs
#include <cstdint>
#include <string>
#include <unordered_map>

#include <theus/workflows.hpp>

namespace traps {

// [docs:wrong]
theus::workflow<std::int64_t> unordered_loop([[maybe_unused]] theus::context& ctx) {
  const std::unordered_map<std::string, std::int64_t> prices{{"tea", 3}, {"cake", 4}, {"milk", 1}};
  std::int64_t digest = 0;
  for (const auto& [name, cents] : prices) digest = digest * 31 + cents;  // here
  co_return digest;
}
// [docs:end]

}  // namespace traps
