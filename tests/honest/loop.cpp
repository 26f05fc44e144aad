// A loop that is replayed from its last iteration.
#include <chrono>
#include <cstdint>

#include <theus/workflows.hpp>

namespace honest {
namespace in_loop {

theus::workflow<theus::next<std::int64_t>> one_day(theus::context& ctx, std::int64_t left) {
  co_await ctx.sleep(std::chrono::hours(24));
  ctx["days"] = ctx["days"].value_or<std::int64_t>(0) + 1;
  if (left == 1) co_return theus::stop;
  co_return theus::again(left - 1);
}

}  // namespace in_loop

theus::workflow<std::int64_t> loop(theus::context& ctx) {
  using namespace in_loop;
  co_await ctx.loop("days", one_day, std::int64_t{3});
  co_return ctx["days"].as<std::int64_t>();
}

}  // namespace honest
