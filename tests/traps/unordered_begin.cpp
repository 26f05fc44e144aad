// Takes whichever comes first in an unordered set.
// caught-by: tidy unordered_iteration
// message: the order of an unordered container differs between builds; use std::map, or sort first
#include <cstdint>
#include <string>
#include <unordered_set>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> unordered_begin([[maybe_unused]] theus::context& ctx) {
  const std::unordered_set<std::string> names{"tea", "cake"};
  co_return static_cast<std::int64_t>(names.begin()->size());  // here
}

}  // namespace traps
