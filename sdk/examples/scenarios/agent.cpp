#include "agent.hpp"

#include <chrono>
#include <utility>

namespace agent {

using namespace std::chrono_literals;

bool needs_review(const std::string& tool) { return tool == "pay" || tool == "send_mail"; }

namespace {

line said_by(const char* who, std::string text) {
  line said;
  said.who = who;
  said.text = std::move(text);
  return said;
}

// [docs:one_step]
// A verdict names its step: one that comes late, about an earlier call, allows nothing.
theus::workflow<verdict> review(theus::context& ctx, std::int64_t step, reply wish) {
  co_await ctx.call(ask_reviewer, step, wish);
  while (true) {
    verdict given = co_await ctx.receive(reviewed);
    if (given.step == step) co_return given;
  }
}

// What the model reads of it: also that it failed, or was not allowed. It may try another way.
theus::workflow<line> carry_out(theus::context& ctx, std::int64_t step, reply wish) {
  if (needs_review(wish.tool)) {
    const auto given = co_await review(ctx, step, wish).within(24h);
    if (!given) co_return said_by("reviewer", "nobody answered");
    if (!given->is_allowed) co_return said_by("reviewer", given->reason);
  }
  try {
    std::string result = co_await ctx.call(use_tool, wish).retry({.attempts = 3});
    co_return said_by("tool", result);
  } catch (const theus::activity_failed& failed) {
    co_return said_by("tool", failed.message());
  }
}

theus::workflow<theus::next<std::int64_t>> one_step(theus::context& ctx, std::int64_t step) {
  auto said = ctx["transcript"].as<transcript>();
  const reply next = co_await ctx.call(think, said);
  if (next.tool.empty()) {
    ctx["answer"] = next.text;
    co_return theus::stop;
  }
  said.push_back(said_by("model", next.tool + ": " + next.text));
  const line done = co_await carry_out(ctx, step, next);
  said.push_back(done);
  ctx["transcript"] = said;
  if (step == most_steps) co_return theus::stop;
  co_return theus::again(step + 1);
}
// [docs:end]

}  // namespace

// [docs:work_on]
theus::workflow<std::string> work_on(theus::context& ctx, std::string task) {
  ctx["transcript"] = transcript{said_by("user", task)};
  // Replay begins with the step that runs; the transcript is in the Context.
  co_await ctx.loop("steps", one_step, 1);
  if (!ctx["answer"].exists()) throw theus::failure("no_answer", "it came to no end");
  co_return ctx["answer"].as<std::string>();
}
// [docs:end]

}  // namespace agent
