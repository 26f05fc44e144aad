#include "workflow.hpp"

#include <chrono>
#include <optional>

using namespace std::chrono_literals;

// [docs:workflow]
theus::workflow<receipt> checkout(theus::context& ctx, order o) {
  receipt paid = co_await ctx.call(charge, o).retry({.attempts = 5});
  std::optional<bool> ok = co_await ctx.receive(approved).within(72h);
  if (!ok.value_or(false)) {
    co_await ctx.call(refund, paid);
    throw theus::failure("not approved");
  }
  co_await theus::all(ctx.call(ship, o), ctx.sleep(1s));
  co_return paid;
}
// [docs:end]
