// Sixteen megabytes for a moment.
#include <cstdint>
#include <vector>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> large_allocation(theus::context&) {
  std::vector<std::int64_t> large(2 << 20, 1);
  large.back() = 2;
  co_return large.front() + large.back();
}

}  // namespace honest
