#include "workflow.hpp"

namespace checkout {
namespace {

// Errors of activities are looked at as values: C++ allows no co_await in a catch block, and
// undoing what was done means awaiting.
template <class T>
bool failed_for(theus::outcome<T>& what, const char* type) {
  if (what) return false;
  try {
    std::rethrow_exception(what.error());
  } catch (const theus::activity_failed& why) {
    if (why.type() == type) return true;
    throw;  // nothing this workflow knows how to handle: the run fails and says why
  }
}

// [docs:approval]
// Yes, no, or nothing when nobody answered in time. Cheap orders need no one.
theus::workflow<std::optional<bool>> approval(theus::context& ctx, order o) {
  if (total_cents(o) <= approval_above_cents) co_return true;
  co_await ctx.call(ask, o);
  std::optional<bool> answer = co_await ctx.receive(approved).within(approval_window);
  co_return answer;
}
// [docs:end]

theus::workflow<void> undo(theus::context& ctx, receipt paid, reservation goods) {
  co_await theus::all(ctx.call(refund, paid), ctx.call(release, goods));
}

}  // namespace

// [docs:process]
theus::workflow<summary> process(theus::context& ctx, order o) {
  summary result;
  result.order_id = o.id;

  theus::retry_policy patient;
  patient.attempts = 8;
  patient.first_interval = std::chrono::milliseconds(200);
  theus::outcome<receipt> payment = co_await theus::outcome_of(ctx.call(charge, o).retry(patient));
  if (failed_for(payment, "card_declined")) co_return result;
  receipt paid = payment.value();
  result.charged_cents = paid.cents;
  result.payment_id = paid.payment_id;

  theus::outcome<reservation> stock = co_await theus::outcome_of(ctx.call(reserve, o));
  if (failed_for(stock, "out_of_stock")) {
    co_await ctx.call(refund, paid);
    result.how = outcome::out_of_stock;
    result.refunded_cents = paid.cents;
    co_return result;
  }
  reservation goods = stock.value();

  std::optional<bool> answer = co_await approval(ctx, o);
  if (!answer.value_or(false)) {
    co_await undo(ctx, paid, goods);
    result.how = answer.has_value() ? outcome::refused : outcome::unanswered;
    result.refunded_cents = paid.cents;
    co_return result;
  }

  theus::outcome<shipment> sent = co_await theus::outcome_of(ctx.call(ship, o).retry(patient));
  if (failed_for(sent, "undeliverable")) {
    co_await undo(ctx, paid, goods);
    result.how = outcome::undeliverable;
    result.refunded_cents = paid.cents;
    co_return result;
  }
  result.how = outcome::shipped;
  result.tracking = sent.value().tracking;
  co_return result;
}
// [docs:end]

}  // namespace checkout
