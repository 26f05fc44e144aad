#include "workflow.hpp"

#include <algorithm>
#include <utility>

namespace bank {
namespace {

// [docs:transfer]
// Both accounts, or neither. While the screening takes its time, others move money as well: if one
// of them touched one of these accounts, this one is rolled back and ends with a context_conflict.
theus::workflow<void> move_money(theus::context& ctx, transfer t) {
  const auto from = ctx["accounts"][t.from].as<std::int64_t>();
  const auto to = ctx["accounts"][t.to].as<std::int64_t>();
  co_await ctx.call(screen, t);
  ctx["accounts"][t.from] = from - t.cents;
  ctx["accounts"][t.to] = to + t.cents;
  ctx["done"][t.id] = t.cents;
}
// [docs:end]

template <class Outcome>
bool conflicted(const Outcome& ended) {
  if (ended) return false;
  try {
    std::rethrow_exception(ended.error());
  } catch (const theus::context_conflict&) {
    return true;  // anything else is no fault of the others: the run fails and says why
  }
}

std::int64_t sum_of(const std::map<std::string, std::int64_t>& accounts) {
  std::int64_t sum = 0;
  for (const auto& [name, cents] : accounts) sum += cents;
  return sum;
}

}  // namespace

// [docs:rounds]
theus::workflow<evening> business_day(theus::context& ctx, day_plan plan) {
  ctx["accounts"] = plan.accounts;
  std::vector<transfer> waiting = std::move(plan.transfers);
  evening result;
  while (!waiting.empty()) {
    const std::size_t count = std::min<std::size_t>(plan.at_once, waiting.size());
    std::vector<theus::outcome_operation<theus::phase_operation<void>>> round;
    for (std::size_t i = 0; i < count; ++i) {
      round.push_back(theus::outcome_of(ctx.phase("transfer", move_money, waiting[i])));
    }
    auto ended = co_await theus::all(std::move(round));

    std::vector<transfer> again(waiting.begin() + count, waiting.end());
    for (std::size_t i = 0; i < count; ++i) {
      if (!conflicted(ended[i])) continue;
      again.push_back(waiting[i]);
      ++result.conflicts;
    }
    waiting = std::move(again);
    ++result.rounds;
  }
  result.total_cents = sum_of(ctx["accounts"].as<std::map<std::string, std::int64_t>>());
  co_return result;
}
// [docs:end]

}  // namespace bank
