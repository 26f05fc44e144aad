#include "order_tracking.hpp"

#include <chrono>

namespace order_tracking {

using namespace std::chrono_literals;

namespace {

// [docs:follow]
// Beside all else: the carrier's news, whenever it comes and in whatever order.
theus::workflow<void> listen(theus::context& ctx) {
  while (true) {
    std::string stop = co_await ctx.receive(arrived_at);
    ctx["seen"][stop] = true;
  }
}

theus::workflow<void> follow(theus::context& ctx, order o) {
  auto listening = ctx.spawn(listen(ctx));
  for (const auto& stop : o.route) {
    const auto is_there = [&] { return ctx["seen"][stop].exists(); };
    const bool in_time = co_await ctx.until(is_there).within(48h);
    if (!in_time) throw theus::failure("lost_parcel", "no news from " + stop);
  }
  listening.cancel();
}
// [docs:end]

// [docs:fulfil]
constexpr theus::retry_policy few{.attempts = 5};

theus::workflow<std::string> in_steps(theus::context& ctx, order o, theus::saga undo) {
  // Each is undone by the order's id, and said to be before it is done: what failed may have taken
  // effect all the same. Shielded, because what was given up might take effect behind its undoing.
  undo.add(ctx.call(release, o.id));
  co_await theus::shield(ctx.call(reserve, o.id).retry(few));
  ctx.throw_if_cancelled();
  undo.add(ctx.call(refund, o.id));
  co_await theus::shield(ctx.call(charge, o).retry(few));
  ctx.throw_if_cancelled();
  undo.add(ctx.call(call_back, o.id));
  std::string parcel = co_await theus::shield(ctx.call(ship, o).retry(few));
  co_await follow(ctx, o);
  co_return parcel;
}
// [docs:end]

}  // namespace

// [docs:fulfil]

theus::workflow<std::string> fulfil(theus::context& ctx, order o) {
  theus::saga undo(ctx);
  std::string parcel = co_await undo.run(in_steps(ctx, o, undo));
  co_return parcel;
}
// [docs:end]

}  // namespace order_tracking
