// A map that is sorted by addresses.
// caught-by: tidy pointer_order
// message: addresses differ on replay, and so does this order; use a key that was recorded
#include <cstdint>
#include <map>

#include <theus/workflows.hpp>

namespace traps {

// [docs:wrong]
theus::workflow<std::int64_t> order_of_addresses([[maybe_unused]] theus::context& ctx) {
  std::int64_t tea = 3;
  std::int64_t cake = 4;
  const std::map<std::int64_t*, int> places{{&tea, 1}, {&cake, 2}};  // here
  co_return places.begin()->second;
}
// [docs:end]

}  // namespace traps
