// An engine that is the same everywhere, through a distribution that is not.
// caught-by: lint
// message: its numbers differ between standard libraries, and so between builds; use ctx.random()
#include <cstdint>
#include <random>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> uniform_distribution([[maybe_unused]] theus::context& ctx) {
  std::mt19937_64 engine(7);
  std::uniform_int_distribution<int> die(1, 6);  // here
  co_return die(engine);
}

}  // namespace traps
