#include "simulation/random_plan.hpp"

#include <stdexcept>

namespace theus::simulation {
namespace {

using std::chrono::milliseconds;

std::int64_t mixed(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * 1'000'003u +
                                   static_cast<std::uint64_t>(b));
}

call_operation<std::int64_t> call_of(context& ctx, const plan& p) {
  auto wish = p.blocks ? ctx.call(compute, p.number) : ctx.call(fetch, p.number);
  retry_policy policy;
  policy.attempts = p.attempts;
  policy.first_interval = milliseconds(p.first_retry_ms);
  policy.maximum_interval = milliseconds(60'000);
  // Each of these changes the wish and gives it back.
  (void)std::move(wish).retry(policy).non_retryable(hopeless);
  (void)std::move(wish).start_to_close(milliseconds(p.timeout_ms));
  if (p.once) (void)std::move(wish).at_most_once();
  return wish;
}

// `with_bug` belongs to the binary, not to the run: it is no argument of the workflow.
template <bool with_bug>
struct follower {
  static workflow<std::int64_t> sequence(context& ctx, std::vector<plan> parts) {
    std::int64_t seen = 1;
    for (auto& part : parts) {
      const std::int64_t each = co_await any_op(ctx, std::move(part));
      seen = mixed(seen, each);
    }
    co_return seen;
  }

  static workflow<std::int64_t> all(context& ctx, std::vector<plan> parts) {
    std::vector<workflow<std::int64_t>> branches;
    for (auto& part : parts) branches.push_back(any_op(ctx, std::move(part)));
    const auto values = co_await theus::all(std::move(branches));
    std::int64_t seen = 2;
    for (const auto value : values) seen = mixed(seen, value);
    co_return seen;
  }

  static workflow<std::int64_t> any(context& ctx, std::vector<plan> parts) {
    std::vector<workflow<std::int64_t>> branches;
    for (auto& part : parts) branches.push_back(any_op(ctx, std::move(part)));
    const auto first = co_await theus::any(std::move(branches));
    co_return mixed(static_cast<std::int64_t>(first.index), first.value);
  }

  // Leaf operations against each other, without scopes of their own.
  static workflow<std::int64_t> race(context& ctx, plan p) {
    auto first = call_of(ctx, p);
    auto second = call_of(ctx, p);
    const auto won = co_await theus::any(
        std::move(first),
        theus::all(ctx.receive(note), ctx.sleep(milliseconds(900 * p.number)), std::move(second)),
        ctx.sleep(milliseconds(3'000 * p.number + 1)));
    co_return static_cast<std::int64_t>(won.index());
  }

  static workflow<std::int64_t> any_op(context& ctx, plan p) {
    if (p.op == "call") {
      auto wish = call_of(ctx, p);
      const std::int64_t value = co_await std::move(wish);
      co_return value;
    }
    if (p.op == "sleep") {
      co_await ctx.sleep(milliseconds(p.number * p.number * p.number * 500));
      co_return ctx.now().time_since_epoch().count();
    }
    if (p.op == "receive") {
      const std::int64_t value = co_await ctx.receive(note);
      co_return value;
    }
    if (p.op == "send") {
      co_await ctx.send(p.target, note, p.number);
      co_return p.number;
    }
    if (p.op == "draw") co_return ctx.random().uniform<std::int64_t>(0, 1'000'000);
    if (p.op == "fail") throw failure("planned", "number " + std::to_string(p.number));
    if (p.op == "trap") {
      if (with_bug) throw std::logic_error("the bug of this binary");
      co_return p.number;
    }
    if (p.op == "race") {
      const std::int64_t value = co_await race(ctx, std::move(p));
      co_return value;
    }
    if (p.op == "all") {
      const std::int64_t value = co_await all(ctx, std::move(p.parts));
      co_return value;
    }
    if (p.op == "any") {
      const std::int64_t value = co_await any(ctx, std::move(p.parts));
      co_return value;
    }
    if (p.op == "within") {
      auto limited = any_op(ctx, std::move(p.parts.front()));
      const auto value = co_await std::move(limited).within(milliseconds(p.number * 2'000));
      co_return value.value_or(-1);
    }
    if (p.op == "shield") {
      auto body = any_op(ctx, std::move(p.parts.front()));
      const std::int64_t value = co_await theus::shield(std::move(body));
      co_return value;
    }
    if (p.op == "outcome") {
      auto body = any_op(ctx, std::move(p.parts.front()));
      auto value = co_await theus::outcome_of(std::move(body));
      co_return value.has_value() ? value.value() : -2;
    }
    const std::int64_t value = co_await sequence(ctx, std::move(p.parts));
    co_return value;
  }
};

// An outcome catches what a bug throws and goes on with it, and a group that waits for a shielded
// branch records what the bug cancelled: then no other binary fits.
void take_traps_away(plan& p) {
  if (p.op == "trap") p.op = "draw";
  for (auto& part : p.parts) take_traps_away(part);
}

}  // namespace

std::int64_t answer_to(std::int64_t number) { return mixed(number, 7'919); }

plan make_plan(random_stream& from, int depth, const std::vector<std::string>& ids) {
  static const std::vector<std::string> leaves{"call", "call", "call", "call",    "sleep", "sleep",
                                               "send", "draw", "race", "receive", "trap",  "call"};
  static const std::vector<std::string> groups{"sequence", "sequence", "sequence", "all",    "all",
                                               "any",      "within",   "shield",   "outcome"};
  plan made;
  made.number = from.uniform<std::int64_t>(0, 5);
  if (depth == 0) {
    // Failures are rare, or most runs end at once.
    const bool fails = from.uniform(0, 49) == 0;
    made.op = fails ? "fail" : leaves[from.uniform<std::size_t>(0, leaves.size() - 1)];
    made.target = ids[from.uniform<std::size_t>(0, ids.size() - 1)];
    made.attempts = from.bernoulli(0.5) ? 0 : from.uniform<std::uint32_t>(1, 4);
    made.first_retry_ms = from.uniform<std::int64_t>(1, 5'000);
    made.timeout_ms = from.bernoulli(0.5) ? 0 : from.uniform<std::int64_t>(1, 10'000);
    made.once = from.bernoulli(0.2);
    made.blocks = from.bernoulli(0.3);
    return made;
  }
  made.op = groups[from.uniform<std::size_t>(0, groups.size() - 1)];
  const bool single = made.op == "within" || made.op == "shield" || made.op == "outcome";
  const int parts = single ? 1 : from.uniform(2, 4);
  for (int i = 0; i < parts; ++i) {
    made.parts.push_back(make_plan(from, from.bernoulli(0.6) ? depth - 1 : 0, ids));
  }
  if (made.op == "outcome" || made.op == "all" || made.op == "any") take_traps_away(made);
  return made;
}

workflow<std::int64_t> follow(context& ctx, plan p) {
  const std::int64_t seen = co_await follower<false>::any_op(ctx, std::move(p));
  co_return seen;
}

workflow<std::int64_t> follow_with_bug(context& ctx, plan p) {
  const std::int64_t seen = co_await follower<true>::any_op(ctx, std::move(p));
  co_return seen;
}

}  // namespace theus::simulation
