#include "signals_in_order.hpp"

#include <chrono>
#include <map>

namespace in_order {

using namespace std::chrono_literals;

namespace {

// [docs:close_deal]
// A signal waits until it is received, whenever it came. So the order of handling is the order of
// these lines.
theus::workflow<void> conclude(theus::context& ctx) {
  std::string acceptance = co_await ctx.receive(accepted);
  co_await ctx.call(file, acceptance);
  std::string payment = co_await ctx.receive(paid);
  co_await ctx.call(file, payment);
}
// [docs:end]

}  // namespace

// [docs:close_deal]

theus::workflow<bool> close_deal(theus::context& ctx) {
  std::string offer = co_await ctx.receive(offered);
  co_await ctx.call(file, offer);
  const bool in_time = co_await conclude(ctx).within(30 * 24h);
  co_return in_time;
}
// [docs:end]

// [docs:file_pages]
theus::workflow<std::int64_t> file_pages(theus::context& ctx, std::int64_t count) {
  std::map<std::int64_t, std::string> early;
  for (std::int64_t number = 1; number <= count; ++number) {
    while (!early.contains(number)) {
      const page next = co_await ctx.receive(scanned);
      if (next.number >= number) early.emplace(next.number, next.text);
    }
    co_await ctx.call(file, early.at(number));
    early.erase(number);
  }
  co_return count;
}
// [docs:end]

}  // namespace in_order
