// Keeps the last two of many in an unordered set.
#include <chrono>
#include <cstdint>
#include <unordered_set>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> slides_a_window(theus::context& ctx) {
  co_await ctx.sleep(std::chrono::seconds(1));
  std::unordered_set<std::int64_t> window;
  std::int64_t seen = 0;
  for (std::int64_t i = 0; i < 1'000; ++i) {
    window.insert(i);
    if (window.contains(i - 2)) window.erase(i - 2);
    seen += static_cast<std::int64_t>(window.size());
  }
  co_return seen;
}

}  // namespace honest
