// A vector that grows and is sorted.
#include <algorithm>
#include <cstdint>
#include <vector>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> vectors(theus::context&) {
  std::vector<std::int64_t> all;
  for (std::int64_t i = 0; i < 1000; ++i) all.push_back((i * 7919) % 1000);
  std::sort(all.begin(), all.end());
  co_return all[500];
}

}  // namespace honest
