// The library's algorithms.
#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> algorithms(theus::context&) {
  std::vector<std::int64_t> all(20);
  std::iota(all.begin(), all.end(), 1);
  std::rotate(all.begin(), all.begin() + 5, all.end());
  all.erase(std::remove_if(all.begin(), all.end(), [](std::int64_t i) { return i % 3 == 0; }),
            all.end());
  co_return std::inner_product(all.begin(), all.end(), all.begin(), std::int64_t{0});
}

}  // namespace honest
