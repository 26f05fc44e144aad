#include "expense_approval.hpp"

#include <chrono>
#include <optional>

namespace expense {

using namespace std::chrono_literals;

// [docs:approve]
theus::workflow<ending> approve(theus::context& ctx, report r) {
  for (const std::string& approver : r.approvers) {
    co_await ctx.call(ask, approver, r.id);
    // Whoever answers first decides, also one who was asked long ago.
    const auto answer = co_await ctx.receive(decided).within(72h);
    if (!answer) continue;
    ctx["decided_by"] = answer->by;
    if (!answer->is_approved) co_return ending::rejected;
    co_await ctx.call(pay, r);
    co_return ending::paid;
  }
  co_return ending::unanswered;
}
// [docs:end]

}  // namespace expense
