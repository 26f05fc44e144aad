#include "sliding_window.hpp"

#include <utility>

namespace sliding_window {

// [docs:bill]
theus::workflow<std::int64_t> bill_one(theus::context& ctx, std::string customer) {
  const std::int64_t cents = co_await ctx.call(make_invoice, customer);
  co_await ctx.call(mail, customer, cents);
  co_return cents;
}
// [docs:end]

namespace {

void add(theus::context& ctx, const char* what, std::int64_t more) {
  ctx[what] = ctx[what].value_or<std::int64_t>(0) + more;
}

// [docs:bill]

theus::workflow<void> bill_in_turn(theus::context& ctx, std::vector<std::string> customers) {
  while (true) {
    const auto next = ctx["begun"].value_or<std::int64_t>(0);
    if (next == std::ssize(customers)) co_return;
    ctx["begun"] = next + 1;  // nothing was awaited since it was read: nobody else takes this one
    const std::string customer = customers[static_cast<std::size_t>(next)];
    try {
      const std::int64_t cents = co_await ctx.child(bill, customer).id("bill " + customer);
      add(ctx, "cents", cents);
      add(ctx, "billed", 1);
    } catch (const theus::child_failed&) {
      add(ctx, "failed", 1);
    }
  }
}
// [docs:end]

}  // namespace

// [docs:bill]

theus::workflow<tally> bill_all(theus::context& ctx, std::vector<std::string> customers,
                                std::int64_t window) {
  std::vector<theus::workflow<void>> places;
  for (std::int64_t i = 0; i < window; ++i) places.push_back(bill_in_turn(ctx, customers));
  co_await theus::all(std::move(places));
  tally all;
  all.billed = ctx["billed"].value_or(all.billed);
  all.failed = ctx["failed"].value_or(all.failed);
  all.cents = ctx["cents"].value_or(all.cents);
  co_return all;
}

tally tally_of(theus::view run) {
  tally now;
  now.billed = run["billed"].value_or(now.billed);
  now.failed = run["failed"].value_or(now.failed);
  now.cents = run["cents"].value_or(now.cents);
  return now;
}
// [docs:end]

}  // namespace sliding_window
