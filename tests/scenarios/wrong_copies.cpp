#include "scenarios/wrong_copies.hpp"

#include <chrono>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

namespace scenarios {

using namespace std::chrono_literals;

namespace {

theus::workflow<void> deliver(theus::context& ctx, order_tracking::order o, theus::saga undo) {
  using namespace order_tracking;
  undo.add(ctx.call(release, o.id));
  co_await theus::shield(ctx.call(reserve, o.id));
  ctx.throw_if_cancelled();
  undo.add(ctx.call(refund, o.id));
  co_await theus::shield(ctx.call(charge, o));
  ctx.throw_if_cancelled();
  undo.add(ctx.call(call_back, o.id));
  co_await theus::shield(ctx.call(ship, o));
  for (const auto& stop : o.route) {
    std::optional<std::string> seen;
    while (seen != stop) {
      seen = co_await ctx.receive(arrived_at).within(48h);
      if (!seen) throw theus::failure("lost_parcel", "no news from " + stop);
    }
  }
}

theus::workflow<bool> asks_one(theus::context& ctx, expense::report r, std::string approver,
                               bool pays_first) {
  co_await ctx.call(expense::ask, approver, r.id);
  const auto answer = co_await ctx.receive(expense::decided).within(72h);
  if (!answer || !answer->is_approved) co_return false;
  if (ctx["is_paid"].exists()) co_return true;
  if (!pays_first) ctx["is_paid"] = true;
  co_await ctx.call(expense::pay, r);
  if (pays_first) ctx["is_paid"] = true;
  co_return true;
}

theus::workflow<expense::ending> ask_at_once(theus::context& ctx, expense::report r,
                                             bool pays_first) {
  std::vector<theus::workflow<bool>> questions;
  for (const auto& approver : r.approvers) {
    questions.push_back(asks_one(ctx, r, approver, pays_first));
  }
  for (const bool is_paid : co_await theus::all(std::move(questions))) {
    if (is_paid) co_return expense::ending::paid;
  }
  co_return expense::ending::unanswered;
}

}  // namespace

theus::workflow<void> wrong::deposit(theus::context& ctx, std::string lock, std::string account,
                                     std::int64_t cents) {
  using namespace workflow_lock;
  change to;
  to.account = account;
  to.cents = co_await ctx.call(balance, account, 0) + cents;
  request wish;
  wish.by = ctx.workflow_id();
  wish.lease = 5min;
  co_await ctx.send(lock, requested, wish);
  to.ticket = co_await ctx.receive(granted);
  co_await ctx.call(set_balance, to);
  co_await ctx.send(lock, released, to.ticket);
}

theus::workflow<theus::time_point> wrong::wake_and_ring(theus::context& ctx,
                                                        theus::time_point deadline) {
  while (true) {
    const auto other = co_await ctx.receive(alarm_clock::moved).by(deadline);
    if (!other) {
      co_await ctx.call(ring);
      co_return deadline;
    }
    deadline = *other;
  }
}

theus::workflow<theus::time_point> right::wake_and_ring(theus::context& ctx,
                                                        theus::time_point deadline) {
  bool has_rung = false;
  while (true) {
    const auto other = co_await ctx.receive(alarm_clock::moved).by(deadline);
    if (!other && has_rung) co_return deadline;
    if (!other) co_await ctx.call(wrong::ring);  // then looks once more
    has_rung = !other;
    if (other) deadline = *other;
  }
}

theus::workflow<std::string> wrong::undoes_at_once(theus::context& ctx, order_tracking::order o) {
  auto undo = theus::saga(ctx).parallel();
  co_await undo.run(deliver(ctx, o, undo));
  co_return o.id;
}

theus::workflow<std::string> wrong::compensates_failures(theus::context& ctx,
                                                         order_tracking::order o) {
  theus::saga undo(ctx);
  std::exception_ptr why;
  try {
    co_await deliver(ctx, o, undo);
    co_return o.id;
  } catch (const theus::failure&) {
    why = std::current_exception();
  } catch (const theus::activity_failed&) {
    why = std::current_exception();
  }
  co_await undo.compensate();
  std::rethrow_exception(why);
}

theus::workflow<expense::ending> wrong::asks_all(theus::context& ctx, expense::report r) {
  const auto end = co_await ask_at_once(ctx, r, true);
  co_return end;
}
theus::workflow<expense::ending> right::asks_all(theus::context& ctx, expense::report r) {
  const auto end = co_await ask_at_once(ctx, r, false);
  co_return end;
}

}  // namespace scenarios
