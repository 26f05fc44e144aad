#include "workflow_lock.hpp"

#include <variant>

namespace workflow_lock {

using namespace std::chrono_literals;

namespace {

// [docs:keep_lock]
theus::workflow<void> comes_back(theus::context& ctx, std::int64_t ticket) {
  std::int64_t returned = 0;
  // What comes back late, from a lease that had run out, is smaller.
  while (returned != ticket) returned = co_await ctx.receive(released);
}

theus::workflow<theus::next<std::int64_t>> grant(theus::context& ctx, std::int64_t ticket) {
  const auto asked = co_await theus::any(ctx.receive(requested), ctx.receive(closed));
  if (asked.index() == 1) co_return theus::stop;
  const request& next = std::get<0>(asked);
  ctx["grants"] = ticket;
  co_await ctx.send(next.by, granted, ticket);
  // Who is gone, or has forgotten, holds up the others for so long.
  co_await comes_back(ctx, ticket).within(next.lease);
  co_return theus::again(ticket + 1);
}
// [docs:end]

}  // namespace

// [docs:keep_lock]

theus::workflow<std::int64_t> keep_lock(theus::context& ctx) {
  co_await ctx.loop("grants", grant, 1);  // requests wait as signals do, in order
  co_return ctx["grants"].value_or<std::int64_t>(0);
}
// [docs:end]

namespace {

// [docs:deposit]
theus::workflow<void> add(theus::context& ctx, std::string account, std::int64_t cents,
                          std::int64_t ticket) {
  change to;
  to.account = account;
  to.cents = co_await ctx.call(balance, account, ticket).non_retryable("stale_ticket") + cents;
  to.ticket = ticket;
  co_await ctx.call(set_balance, to).non_retryable("stale_ticket");
}
// [docs:end]

}  // namespace

// [docs:deposit]

theus::workflow<void> deposit(theus::context& ctx, std::string lock, std::string account,
                              std::int64_t cents) {
  request wish;
  wish.by = ctx.workflow_id();
  wish.lease = 5min;
  co_await ctx.send(lock, requested, wish);
  const std::int64_t ticket = co_await ctx.receive(granted);
  auto done = co_await theus::outcome_of(add(ctx, account, cents, ticket));
  co_await ctx.send(lock, released, ticket);
  done.value();  // throws what failed
}
// [docs:end]

}  // namespace workflow_lock
