#include "simulation/random_plan.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include "support/interpreter.hpp"

namespace theus::simulation {
namespace {

using std::chrono::milliseconds;

call_operation<std::int64_t> call_of(context& ctx, const plan& p) {
  auto wish = p.blocks ? ctx.call(compute, p.number) : ctx.call(fetch, p.number);
  retry_policy policy;
  policy.attempts = p.attempts;
  policy.first_interval = milliseconds(p.first_retry_ms);
  policy.maximum_interval = milliseconds(60'000);
  // Each of these changes the wish and gives it back.
  (void)std::move(wish).retry(policy).non_retryable(hopeless);
  (void)std::move(wish).start_to_close(milliseconds(p.timeout_ms));
  (void)std::move(wish).heartbeat_timeout(milliseconds(p.beat_ms));
  (void)std::move(wish).schedule_to_start(milliseconds(p.wait_ms));
  (void)std::move(wish).schedule_to_close(milliseconds(p.close_ms));
  if (p.once) (void)std::move(wish).at_most_once();
  return wish;
}

// What becomes of a child when its parent ends, by numbers
// that the plan has anyway.
parent_close closing_of(const plan& p) {
  return static_cast<parent_close>((p.first_retry_ms + p.number) % 4);
}

// What a child does is no plan within the plan, as that would make it a group.
plan child_of(plan p) {
  static const std::vector<std::string> ops{"call", "sleep", "race", "receive", "child", "fail"};
  p.op = ops[static_cast<std::size_t>(p.number) % ops.size()];
  if (p.op == "child") p.number = 1;
  p.once = false;
  return p;
}

// `with_bug` belongs to the binary, not to the run: it is no argument of the workflow.
template <bool with_bug>
struct plan_leaves {
  using step = plan;
  static constexpr milliseconds patience{2'000};

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

  static workflow<std::int64_t> leaf(context& ctx, plan p) {
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
    if (p.op == "race") {
      const std::int64_t value = co_await race(ctx, std::move(p));
      co_return value;
    }
    if (p.op == "child") {
      if (p.blocks) {
        co_await ctx.start_child(planned, child_of(p)).on_parent_close(closing_of(p));
        co_return p.number;
      }
      auto wish = ctx.child(planned, child_of(p)).on_parent_close(closing_of(p));
      // What clients start, too: then it may be refused.
      if (p.once) (void)std::move(wish).id(p.target);
      const std::int64_t value = co_await std::move(wish);
      co_return value;
    }
    if (p.op == "promise") {
      const auto answer = ctx.promise<std::int64_t>();
      auto wait = answer.result().within(milliseconds(4'000 * p.number + 1));
      const std::optional<std::int64_t> given = co_await std::move(wait);
      co_return given.value_or(-1);
    }
    if (p.op == "fail") throw failure("planned", "number " + std::to_string(p.number));
    if (p.op == "trap") {
      if (with_bug) throw std::logic_error("the bug of this binary");
      co_return p.number;
    }
    co_return ctx.random().uniform<std::int64_t>(0, 1'000'000);  // draw
  }
};

// An outcome catches what a bug throws and goes on with it, and a group that waits for a shielded
// branch records what the bug cancelled: then no other binary fits.
void take_traps_away(plan& p) {
  if (p.op == "trap") p.op = "draw";
  for (auto& part : p.parts) take_traps_away(part);
}

// What it touches of the Context, also in its parts, at most.
void collect_touched(const plan& p, std::vector<std::string>& paths) {
  for (auto& each : testing::touched_by(p.op, p.number)) paths.push_back(std::move(each));
  if (p.op == "loop") paths.push_back("/rounds/r" + std::to_string(p.parts.front().number));
  for (const auto& part : p.parts) collect_touched(part, paths);
}

void declare(plan& phase, random_stream& from) {
  switch (from.uniform(0, 7)) {
    case 0:  // no more than it needs to write; it may read all
      collect_touched(phase, phase.writes);
      std::ranges::sort(phase.writes);
      phase.writes.erase(std::ranges::unique(phase.writes).begin(), phase.writes.end());
      break;
    case 1:
      phase.writes = {"written", "rounds", "filled"};
      break;
    case 2:  // no write skew
      phase.reads = {"written", "rounds", "filled"};
      break;
    case 3:
      phase.reads = {"filled"};
      phase.writes = {"written", "rounds", "filled"};
      break;
    default:
      break;
  }
}

}  // namespace

void judge(view, const plan& amendment) {
  if (amendment.number < 0) throw failure("negative", "no plan has such a number");
}

std::int64_t answer_to(std::int64_t number) { return testing::mixed(number, 7'919); }

plan make_plan(random_stream& from, int depth, const std::vector<std::string>& ids) {
  static const std::vector<std::string> leaves{
      "call",    "call", "call", "call", "sleep", "sleep", "send",  "draw",    "race",  "trap",
      "receive", "call", "put",  "put",  "patch", "fill",  "erase", "restore", "child", "promise"};
  static const std::vector<std::string> groups{
      "sequence", "sequence", "sequence", "all",   "all",     "any",   "within",
      "shield",   "outcome",  "phase",    "phase", "phase",   "phase", "loop",
      "loop",     "settle",   "spawn",    "lock",  "channel", "watch"};
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
    made.beat_ms = from.bernoulli(0.5) ? 0 : from.uniform<std::int64_t>(1, 8'000);
    made.wait_ms = from.bernoulli(0.9) ? 0 : from.uniform<std::int64_t>(1, 10'000);
    made.close_ms = from.bernoulli(0.9) ? 0 : from.uniform<std::int64_t>(1, 60'000);
    made.once = from.bernoulli(0.2);
    made.blocks = from.bernoulli(0.3);
    return made;
  }
  made.op = groups[from.uniform<std::size_t>(0, groups.size() - 1)];
  const bool single = made.op == "within" || made.op == "shield" || made.op == "outcome" ||
                      made.op == "phase" || made.op == "loop";
  const int parts = single ? 1 : from.uniform(2, 4);
  for (int i = 0; i < parts; ++i) {
    made.parts.push_back(make_plan(from, from.bernoulli(0.6) ? depth - 1 : 0, ids));
  }
  if (made.op == "phase") declare(made, from);
  if (made.op == "loop" && made.parts.front().parts.empty() && from.bernoulli(0.3)) {
    made.number = from.uniform<std::int64_t>(10, 40);
  }
  static const std::set<std::string> beside_others{"outcome", "all",  "any",     "settle",
                                                   "spawn",   "lock", "channel", "watch"};
  if (beside_others.contains(made.op)) take_traps_away(made);
  return made;
}

workflow<std::int64_t> follow(context& ctx, plan p) {
  return testing::interpreter<plan_leaves<false>>::follow(ctx, std::move(p));
}

workflow<std::int64_t> follow_with_bug(context& ctx, plan p) {
  return testing::interpreter<plan_leaves<true>>::follow(ctx, std::move(p));
}

}  // namespace theus::simulation
