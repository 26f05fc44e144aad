// Awaits in a loop.
#include <cstdint>
#include <vector>

#include <theus/workflows.hpp>

namespace honest {
namespace in_loops_over_awaits {

constexpr theus::activity<std::int64_t(int)> price{"price"};

}  // namespace in_loops_over_awaits

theus::workflow<std::int64_t> loops_over_awaits(theus::context& ctx) {
  using namespace in_loops_over_awaits;
  std::vector<std::int64_t> prices;
  for (int i = 0; i < 4; ++i) {
    const std::int64_t each = co_await ctx.call(price, i);
    prices.push_back(each);
  }
  co_return static_cast<std::int64_t>(prices.size());
}

}  // namespace honest
