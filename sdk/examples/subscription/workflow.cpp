#include "workflow.hpp"

#include <chrono>

namespace subscription {

theus::time_point day_of(std::int64_t month) {
  using namespace std::chrono;
  const year_month_day day = 2026y / January / 1 + std::chrono::months(month - 1);
  return sys_days(day);
}

std::int64_t price_of(const customer& who, std::int64_t month) {
  return who.first_price_cents + 10 * ((month - 1) / 12);
}

namespace {

// [docs:phase]
// Over once and for all: what it wrote is merged, and replay does not run it again.
theus::workflow<void> onboard(theus::context& ctx, customer who) {
  ctx["customer"] = who;
  std::string account = co_await ctx.call(open_account, who);
  ctx["account"] = account;
}
// [docs:end]

// [docs:iteration]
theus::workflow<theus::next<cycle>> bill_month(theus::context& ctx, cycle c) {
  co_await ctx.sleep_until(day_of(c.month + 1));
  invoice due;
  due.customer = c.who.name;
  due.month = c.month;
  due.cents = price_of(c.who, c.month);
  receipt paid = co_await ctx.call(charge, due);

  ctx["bills"] = ctx["bills"].value_or<std::int64_t>(0) + 1;
  ctx["billed_cents"] = ctx["billed_cents"].value_or<std::int64_t>(0) + paid.cents;
  ctx["last"] = paid;
  if (c.month == months) co_return theus::stop;
  ++c.month;
  co_return theus::again(c);
}
// [docs:end]

}  // namespace

// [docs:loop]
theus::workflow<std::int64_t> subscribe(theus::context& ctx, customer who) {
  co_await ctx.phase("onboard", onboard, who);
  cycle first;
  first.who = who;
  co_await ctx.loop("billing", bill_month, first);
  co_return ctx["billed_cents"].as<std::int64_t>();
}
// [docs:end]

}  // namespace subscription
