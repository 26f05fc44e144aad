#include "support/random_program.hpp"

#include <span>

#include "support/interpreter.hpp"

namespace theus::testing {

namespace {

// Leaf operations raced against each other, without scopes of their own.
workflow<std::int64_t> race_leaves(context& ctx, std::int64_t number) {
  const auto first = co_await theus::any(
      ctx.call(random_work, number),
      theus::all(ctx.receive(random_signal), ctx.sleep(std::chrono::seconds(number))),
      ctx.sleep(std::chrono::seconds(2 * number + 1)));
  co_return static_cast<std::int64_t>(first.index());
}

struct program_leaves {
  using step = program;
  static constexpr std::chrono::milliseconds patience{1'000};

  static workflow<std::int64_t> leaf(context& ctx, program p) {
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
    if (p.op == "race") {
      const std::int64_t value = co_await race_leaves(ctx, p.number);
      co_return value;
    }
    if (p.op == "child") {
      auto wish = ctx.child(random_child, p.number);
      if (p.number % 2 == 0) (void)std::move(wish).id("child of " + std::to_string(p.number));
      const std::int64_t value = co_await std::move(wish);
      co_return value;
    }
    if (p.op == "promise") {
      const auto first = ctx.promise<std::int64_t>();
      const auto second = ctx.promise<std::int64_t>();
      if (p.number % 2 == 0) {
        const std::int64_t value = co_await first;
        co_return value;
      }
      const auto won = co_await theus::any(first.result(), second.result(),
                                           ctx.sleep(std::chrono::seconds(2 * p.number)));
      if (won.index() == 2) co_return -1;
      const std::int64_t value = won.index() == 0 ? std::get<0>(won) : std::get<1>(won);
      co_return value;
    }
    if (p.op == "fail") throw failure("planned", "number " + std::to_string(p.number));
    co_return ctx.random().uniform<std::int64_t>(0, 1'000'000);  // draw
  }
};

}  // namespace

program make_program(random_stream& from, int depth, bool with_all) {
  static const std::vector<std::string> all_leaves{
      "call", "call", "call",  "sleep", "send", "draw",    "race",  "receive",
      "put",  "put",  "patch", "erase", "fill", "restore", "child", "promise"};
  static const std::vector<std::string> all_groups{
      "sequence", "sequence", "sequence", "all",     "all",   "any",  "within",
      "shield",   "outcome",  "phase",    "phase",   "phase", "loop", "loop",
      "settle",   "spawn",    "lock",     "channel", "watch"};
  const std::span leaves(all_leaves.data(), with_all ? all_leaves.size() : 8);
  const std::span groups(all_groups.data(), with_all ? all_groups.size() : 9);
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
    made.parts.push_back(make_program(from, from.bernoulli(0.6) ? depth - 1 : 0, with_all));
  }
  return made;
}

workflow<std::int64_t> interpret(context& ctx, program p) {
  return interpreter<program_leaves>::follow(ctx, std::move(p));
}

}  // namespace theus::testing
