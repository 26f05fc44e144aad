// A mutex and a condition of the run, not of its threads.
#include <chrono>
#include <cstdint>
#include <memory>

#include <theus/workflows.hpp>

namespace honest {
namespace in_shares_a_lock {

theus::workflow<void> adds(theus::context& ctx, theus::mutex lock,
                           std::shared_ptr<std::int64_t> sum, std::int64_t number) {
  theus::permit held = co_await lock.lock();
  const std::int64_t before = *sum;
  co_await ctx.sleep(std::chrono::seconds(number));
  *sum = before + number;
}

}  // namespace in_shares_a_lock

theus::workflow<std::int64_t> shares_a_lock(theus::context& ctx) {
  using namespace in_shares_a_lock;
  theus::mutex lock;
  const auto sum = std::make_shared<std::int64_t>(0);
  for (std::int64_t number = 1; number <= 4; ++number) {
    ctx.spawn(adds(ctx, lock, sum, number));
  }
  const auto is_done = [&] { return *sum == 10; };
  co_await ctx.until(is_done);
  co_return *sum;
}

}  // namespace honest
