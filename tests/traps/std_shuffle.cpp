// A shuffle of the library's own making.
// caught-by: lint
// message: its numbers differ between standard libraries, and so between builds; use ctx.random()
#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> std_shuffle([[maybe_unused]] theus::context& ctx) {
  std::vector<int> cards{1, 2, 3, 4};
  std::mt19937_64 engine(7);
  std::shuffle(cards.begin(), cards.end(), engine);  // here
  co_return cards.front();
}

}  // namespace traps
