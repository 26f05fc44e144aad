#include "workflow.hpp"

#include <chrono>
#include <optional>
#include <utility>
#include <variant>

using namespace std::chrono_literals;

// [docs:child]
theus::workflow<std::string> deliver_parcel(theus::context& ctx, parcel p) {
  co_await ctx.call(hand_to_courier, p);
  bool is_cancelled = false;
  try {
    auto news = co_await theus::any(ctx.receive(delivered), ctx.receive(lost));
    if (news.index() == 1) throw theus::failure("lost", std::get<1>(news));
    co_return std::get<0>(news);
  } catch (const theus::cancelled&) {
    is_cancelled = true;
  }
  if (is_cancelled) co_await theus::shield(ctx.call(call_back, p.id));
  throw theus::cancelled();
}
// [docs:end]

// [docs:all]
theus::workflow<std::vector<std::string>> ship(theus::context& ctx, order o) {
  std::vector<theus::child_operation<std::string>> parcels;
  for (const parcel& each : o.parcels) {
    parcels.push_back(ctx.child(deliver, each).id(o.id + "/" + each.id));
  }
  co_return co_await theus::all(std::move(parcels));
}
// [docs:end]

// [docs:failed]
theus::workflow<std::string> ship_or_refund(theus::context& ctx, order o) {
  const parcel first = o.parcels.front();
  try {
    std::string by = co_await ctx.child(deliver, first).id(o.id + "/" + first.id);
    co_return by;
  } catch (const theus::child_failed& what) {
    if (what.cause().type != "lost") throw;
    ctx["lost"] = what.workflow_id();
  }
  co_await ctx.call(refund, o.id);
  co_return "refunded";
}
// [docs:end]

// [docs:race]
theus::workflow<std::string> ship_express(theus::context& ctx, parcel one, parcel other) {
  auto both = theus::any(ctx.child(deliver, one), ctx.child(deliver, other));
  std::optional<std::variant<std::string, std::string>> by = co_await std::move(both).within(72h);
  if (!by) co_return "nobody";
  co_return by->index() == 0 ? std::get<0>(*by) : std::get<1>(*by);
}
// [docs:end]

// [docs:insured]
theus::workflow<void> send_insured(theus::context& ctx, parcel p) {
  auto insurance = ctx.start_child(insure, p).id("insurance/" + p.id);
  co_await std::move(insurance).on_parent_close(theus::parent_close::cancel);
  co_await ctx.child(deliver, p).id(p.id).on_parent_close(theus::parent_close::terminate);
}
// [docs:end]

theus::workflow<void> insure_parcel(theus::context& ctx, parcel p) {
  ctx["insured"] = p.id;
  co_await ctx.sleep(24h * 365);
}

// [docs:detached]
theus::workflow<void> send_gift(theus::context& ctx, parcel p) {
  co_await ctx.start_child(deliver, p).id("gift/" + p.id);
}
// [docs:end]
