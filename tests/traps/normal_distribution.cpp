// Doubles from a distribution of the library's own making.
// caught-by: lint
// message: its numbers differ between standard libraries, and so between builds; use ctx.random()
#include <cstdint>
#include <random>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> normal_distribution([[maybe_unused]] theus::context& ctx) {
  std::mt19937_64 engine(7);
  std::normal_distribution<double> bell;  // here
  co_return static_cast<std::int64_t>(100 * bell(engine));
}

}  // namespace traps
