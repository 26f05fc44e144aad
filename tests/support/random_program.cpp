#include "support/random_program.hpp"

#include <span>

namespace theus::testing {

namespace {

std::int64_t mixed(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * 1'000'003u +
                                   static_cast<std::uint64_t>(b));
}

workflow<std::int64_t> run_sequence(context& ctx, std::vector<program> parts) {
  std::int64_t seen = 1;
  for (auto& part : parts) {
    const std::int64_t each = co_await interpret(ctx, std::move(part));
    seen = mixed(seen, each);
  }
  co_return seen;
}

workflow<std::int64_t> run_all(context& ctx, std::vector<program> parts) {
  std::vector<workflow<std::int64_t>> branches;
  for (auto& part : parts) branches.push_back(interpret(ctx, std::move(part)));
  const auto values = co_await theus::all(std::move(branches));
  std::int64_t seen = 2;
  for (const auto value : values) seen = mixed(seen, value);
  co_return seen;
}

workflow<std::int64_t> run_any(context& ctx, std::vector<program> parts) {
  std::vector<workflow<std::int64_t>> branches;
  for (auto& part : parts) branches.push_back(interpret(ctx, std::move(part)));
  const auto first = co_await theus::any(std::move(branches));
  co_return mixed(static_cast<std::int64_t>(first.index), first.value);
}

// Leaf operations raced against each other, without scopes of their own.
workflow<std::int64_t> race_leaves(context& ctx, std::int64_t number) {
  const auto first = co_await theus::any(
      ctx.call(random_work, number),
      theus::all(ctx.receive(random_signal), ctx.sleep(std::chrono::seconds(number))),
      ctx.sleep(std::chrono::seconds(2 * number + 1)));
  co_return static_cast<std::int64_t>(first.index());
}

workflow<next<rounds>> run_round(context& ctx, rounds r) {
  auto place = ctx["rounds"]["r" + std::to_string(r.part.number)];
  const std::int64_t seen = co_await interpret(ctx, r.part);
  place = mixed(place.value_or<std::int64_t>(0), seen);
  if (r.left == 0) co_return theus::stop;
  --r.left;
  co_return theus::again(std::move(r));
}

}  // namespace

program make_program(random_stream& from, int depth, bool with_context) {
  static const std::vector<std::string> all_leaves{"call", "call", "call",    "sleep", "send",
                                                   "draw", "race", "receive", "write", "write"};
  static const std::vector<std::string> all_groups{
      "sequence", "sequence", "sequence", "all",   "all",   "any",  "within",
      "shield",   "outcome",  "phase",    "phase", "phase", "loop", "loop"};
  const std::span leaves(all_leaves.data(), with_context ? all_leaves.size() : 8);
  const std::span groups(all_groups.data(), with_context ? all_groups.size() : 9);
  program made;
  made.number = from.uniform<std::int64_t>(0, 5);
  if (depth == 0) {
    // Failures are rare, or most programs end at once.
    const bool fails = from.uniform(0, 49) == 0;
    made.op = fails ? "fail" : leaves[from.uniform<std::size_t>(0, leaves.size() - 1)];
    return made;
  }
  made.op = groups[from.uniform<std::size_t>(0, groups.size() - 1)];
  const bool single = made.op == "within" || made.op == "shield" || made.op == "outcome" ||
                      made.op == "phase" || made.op == "loop";
  const int parts = single ? 1 : from.uniform(2, 4);
  for (int i = 0; i < parts; ++i) {
    made.parts.push_back(make_program(from, from.bernoulli(0.6) ? depth - 1 : 0, with_context));
  }
  return made;
}

workflow<std::int64_t> interpret(context& ctx, program p) {
  if (p.op == "call") {
    const std::int64_t value = co_await ctx.call(random_work, p.number);
    co_return value;
  }
  if (p.op == "sleep") {
    co_await ctx.sleep(std::chrono::seconds(p.number));
    co_return ctx.now().time_since_epoch().count();
  }
  if (p.op == "receive") {
    const std::int64_t value = co_await ctx.receive(random_signal);
    co_return value;
  }
  if (p.op == "send") {
    co_await ctx.send("elsewhere", random_signal, p.number);
    co_return p.number;
  }
  if (p.op == "draw") co_return ctx.random().uniform<std::int64_t>(0, 1'000'000);
  if (p.op == "fail") throw failure("planned", "number " + std::to_string(p.number));
  if (p.op == "write") {
    auto place = ctx["written"]["k" + std::to_string(p.number)];
    const auto before = place.value_or<std::int64_t>(0);
    place = mixed(before, p.number + 1);
    co_return before;
  }
  if (p.op == "phase") {
    auto phase = ctx.phase("part", interpret, std::move(p.parts.front()));
    const std::int64_t value = co_await std::move(phase);
    co_return mixed(value, static_cast<std::int64_t>(ctx["written"].exists()));
  }
  if (p.op == "loop") {
    rounds first{std::move(p.parts.front()), p.number};
    auto loop = ctx.loop("rounds", run_round, std::move(first));
    co_await std::move(loop);
    co_return ctx["rounds"].exists();
  }
  if (p.op == "race") {
    const std::int64_t value = co_await race_leaves(ctx, p.number);
    co_return value;
  }
  if (p.op == "all") {
    const std::int64_t value = co_await run_all(ctx, std::move(p.parts));
    co_return value;
  }
  if (p.op == "any") {
    const std::int64_t value = co_await run_any(ctx, std::move(p.parts));
    co_return value;
  }
  if (p.op == "within") {
    auto limited = interpret(ctx, std::move(p.parts.front()));
    const auto value = co_await std::move(limited).within(std::chrono::seconds(p.number));
    co_return value.value_or(-1);
  }
  if (p.op == "shield") {
    auto body = interpret(ctx, std::move(p.parts.front()));
    const std::int64_t value = co_await theus::shield(std::move(body));
    co_return value;
  }
  if (p.op == "outcome") {
    auto body = interpret(ctx, std::move(p.parts.front()));
    auto value = co_await theus::outcome_of(std::move(body));
    co_return value.has_value() ? value.value() : -2;
  }
  const std::int64_t value = co_await run_sequence(ctx, std::move(p.parts));
  co_return value;
}

}  // namespace theus::testing
