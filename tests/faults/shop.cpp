#include "faults/shop.hpp"

#include <chrono>
#include <cstdlib>

namespace theus::faults {

workflow<std::int64_t> order(context& ctx, std::int64_t n, std::string bulk) {
  const std::int64_t doubled = co_await ctx.call(twice, n);
  co_await ctx.sleep(std::chrono::milliseconds(1 + bulk.size() % 2));
  const std::int64_t done = co_await ctx.call(plus_one, doubled);
  co_return done;
}

workflow<std::int64_t> sleeper(context& ctx, std::int64_t ms) {
  co_await ctx.sleep(std::chrono::milliseconds(ms));
  const std::int64_t done = co_await ctx.call(plus_one, ms);
  co_return done;
}

workflow<std::int64_t> patient(context& ctx, std::int64_t n) {
  retry_policy once;
  once.attempts = 1;
  const std::int64_t done =
      co_await ctx.call(linger, n).retry(once).start_to_close(std::chrono::seconds(10));
  co_return done;
}

}  // namespace theus::faults
