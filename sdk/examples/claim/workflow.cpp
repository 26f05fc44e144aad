#include "workflow.hpp"

#include <chrono>

using namespace std::chrono_literals;

namespace claim {
namespace {

// [docs:photos]
theus::workflow<void> gather_photos(theus::context& ctx) {
  while (true) {
    std::string photo = co_await ctx.receive(photo_arrived);
    ctx["photos"] = ctx["photos"].value_or<std::int64_t>(0) + 1;
  }
}

// Two photos, or a month without them.
theus::workflow<bool> wait_for_photos(theus::context& ctx, std::string customer) {
  auto gathering = ctx.spawn(gather_photos(ctx));
  co_await ctx.call(send_mail, customer, "send us two photos");
  const auto are_there = [&] { return ctx["photos"].value_or<std::int64_t>(0) >= 2; };
  const bool in_time = co_await ctx.until(are_there).within(30 * 24h);
  gathering.cancel();
  co_return in_time;
}
// [docs:end]

// [docs:version]
// Claims that were on their way before there was this mail do without it.
theus::workflow<void> announce(theus::context& ctx, std::string customer) {
  if (ctx.version("a mail before the money", 0, 1) == 0) co_return;
  co_await ctx.call(send_mail, customer, "the money is on its way");
}
// [docs:end]

// [docs:settle]
theus::workflow<void> pay_reserved(theus::context& ctx, loss what, std::int64_t cents,
                                   theus::saga undo) {
  undo.add(ctx.call(release, what.id));
  co_await ctx.call(reserve, what.id, cents);
  ctx["stage"] = "decision";
  const bool agreed = co_await ask_daily(ctx, what.id, cents);
  if (!agreed) throw theus::failure("refused", "nobody agreed to pay");
  ctx["stage"] = "payment";
  co_await announce(ctx, what.customer);
  co_await ctx.call(pay, what.customer, cents);
}
// [docs:end]

}  // namespace

// [docs:settle]

theus::workflow<std::int64_t> settle(theus::context& ctx, loss what) {
  ctx["stage"] = "assessment";
  const auto [cents, has_photos] = co_await theus::all(
      ctx.call(assess, what).retry({.attempts = 5}), wait_for_photos(ctx, what.customer));
  if (!has_photos) throw theus::failure("refused", "no photos came");
  theus::saga undo(ctx);
  co_await undo.run(pay_reserved(ctx, what, cents, undo));
  ctx["stage"] = "paid";
  co_return cents;
}
// [docs:end]

// [docs:stage]
std::string stage_of(theus::view run) { return run["stage"].value_or(std::string("new")); }
// [docs:end]

}  // namespace claim
