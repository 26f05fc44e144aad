// Tasks of the run's own beside each other.
#include <chrono>
#include <cstdint>
#include <vector>

#include <theus/workflows.hpp>

namespace honest {
namespace in_spawns_tasks {

constexpr theus::activity<std::int64_t(int)> price{"price"};

theus::workflow<std::int64_t> asks_later(theus::context& ctx, std::int64_t hours) {
  co_await ctx.sleep(std::chrono::hours(hours));
  const std::int64_t cents = co_await ctx.call(price, static_cast<int>(hours));
  co_return cents;
}

}  // namespace in_spawns_tasks

theus::workflow<std::int64_t> spawns_tasks(theus::context& ctx) {
  using namespace in_spawns_tasks;
  std::vector<theus::task<std::int64_t>> tasks;
  for (std::int64_t hours = 1; hours <= 3; ++hours) {
    tasks.push_back(ctx.spawn(asks_later(ctx, hours)));
  }
  ctx.spawn(asks_later(ctx, 99)).cancel();
  std::int64_t sum = 0;
  for (auto& each : tasks) {
    const std::int64_t cents = co_await std::move(each);
    sum += cents;
  }
  co_return sum;
}

}  // namespace honest
