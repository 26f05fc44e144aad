#include <chrono>
#include <optional>

#include "workflow.hpp"

using namespace std::chrono_literals;

namespace claim {

// [docs:first]
theus::workflow<std::int64_t> first::settle(theus::context& ctx, loss what) {
  std::int64_t cents = co_await ctx.call(assess, what).retry({.attempts = 5});
  co_await ctx.call(pay, what.customer, cents);
  co_return cents;
}
// [docs:end]

// [docs:second]
theus::workflow<bool> ask_daily(theus::context& ctx, std::string id, std::int64_t cents) {
  for (int day = 0; day < 14; ++day) {
    co_await ctx.call(ask_clerk, id, cents);
    std::optional<bool> answer = co_await ctx.receive(decided).within(24h);
    if (answer) co_return *answer;
  }
  co_return false;
}

theus::workflow<std::int64_t> second::settle(theus::context& ctx, loss what) {
  std::int64_t cents = co_await ctx.call(assess, what).retry({.attempts = 5});
  const bool agreed = co_await ask_daily(ctx, what.id, cents);
  if (!agreed) throw theus::failure("refused", "nobody agreed to pay");
  co_await ctx.call(pay, what.customer, cents);
  co_return cents;
}
// [docs:end]

namespace {

// [docs:third]
theus::workflow<void> pay_reserved(theus::context& ctx, loss what, std::int64_t cents,
                                   theus::saga undo) {
  undo.add(ctx.call(release, what.id));  // of what was not reserved it releases nothing
  co_await ctx.call(reserve, what.id, cents);
  const bool agreed = co_await ask_daily(ctx, what.id, cents);
  if (!agreed) throw theus::failure("refused", "nobody agreed to pay");
  co_await ctx.call(pay, what.customer, cents);
}
// [docs:end]

}  // namespace

// [docs:third]

theus::workflow<std::int64_t> third::settle(theus::context& ctx, loss what) {
  std::int64_t cents = co_await ctx.call(assess, what).retry({.attempts = 5});
  theus::saga undo(ctx);
  co_await undo.run(pay_reserved(ctx, what, cents, undo));
  co_return cents;
}
// [docs:end]

}  // namespace claim
