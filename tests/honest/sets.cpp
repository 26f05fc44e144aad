// A set and its bounds.
#include <cstdint>
#include <set>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> sets(theus::context&) {
  std::set<std::int64_t> seen{5, 3, 9};
  co_return *seen.lower_bound(4);
}

}  // namespace honest
