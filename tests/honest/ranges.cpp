// Views that are computed as they are read.
#include <cstdint>
#include <ranges>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> ranges(theus::context&) {
  std::int64_t sum = 0;
  for (std::int64_t each :
       std::views::iota(1, 10) | std::views::filter([](int i) { return i % 2; })) {
    sum += each;
  }
  co_return sum;
}

}  // namespace honest
