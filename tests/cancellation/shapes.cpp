#include "cancellation/shapes.hpp"

#include <chrono>
#include <utility>

namespace theus::cancellation {

using namespace std::chrono_literals;

std::vector<std::string>& said() {
  static std::vector<std::string> lines;
  return lines;
}

namespace {

void say(std::string line) { said().push_back(std::move(line)); }

// ---- who waits for one thing, and says what becomes of it

workflow<int> calls(context& ctx, std::string who) {
  try {
    const int done = co_await ctx.call(work, who);
    say(who + " has its result");
    co_return done;
  } catch (const cancelled&) {
    say(who + " sees it");
    throw;
  }
}

workflow<int> sleeps(context& ctx, std::string who) {
  try {
    co_await ctx.sleep(24h);
  } catch (const cancelled&) {
    say(who + " sees it");
    throw;
  }
  say(who + " has slept");
  co_return 0;
}

workflow<int> listens(context& ctx, std::string who) {
  try {
    co_return co_await ctx.receive(never);
  } catch (const cancelled&) {
    say(who + " sees it");
    throw;
  }
}

// ---- a single operation

workflow<int> call(context& ctx) { co_return co_await calls(ctx, "the call"); }
workflow<int> sleep(context& ctx) { co_return co_await sleeps(ctx, "the sleeper"); }
workflow<int> receive(context& ctx) { co_return co_await listens(ctx, "the listener"); }

workflow<int> condition(context& ctx) {
  try {
    co_await ctx.until([&ctx] { return ctx["there"].value_or<bool>(false); });
  } catch (const cancelled&) {
    say("who waits for the condition sees it");
    throw;
  }
  co_return 0;
}

workflow<int> between_attempts(context& ctx) {
  try {
    const retry_policy policy{.attempts = 0, .first_interval = 1h};
    co_return co_await ctx.call(broken, "it").retry(policy);
  } catch (const cancelled&) {
    say("who waits for the next attempt sees it");
    throw;
  }
}

workflow<int> within_a_time(context& ctx) {
  try {
    const auto told = co_await ctx.receive(never).within(24h);
    co_return told.value_or(0);
  } catch (const cancelled&) {
    say("who waits so long sees it, not that the time is over");
    throw;
  }
}

// ---- several at once

workflow<int> all_of_them(context& ctx) {
  try {
    co_await all(calls(ctx, "the first"), sleeps(ctx, "the second"), listens(ctx, "the third"));
  } catch (const cancelled&) {
    say("who awaits all sees it");
    throw;
  }
  co_return 0;
}

workflow<int> any_of_them(context& ctx) {
  try {
    co_await any(calls(ctx, "the first"), sleeps(ctx, "the second"));
  } catch (const cancelled&) {
    say("who awaits any sees it");
    throw;
  }
  co_return 0;
}

workflow<int> all_settled_of_them(context& ctx) {
  try {
    co_await all_settled(calls(ctx, "the first"), sleeps(ctx, "the second"));
    say("both have settled");
  } catch (const cancelled&) {
    say("who awaits all_settled sees it");
    throw;
  }
  co_return 0;
}

workflow<int> two(context& ctx, std::string who) {
  try {
    co_await all(calls(ctx, who + "'s call"), sleeps(ctx, who + "'s sleeper"));
  } catch (const cancelled&) {
    say(who + " sees it");
    throw;
  }
  co_return 0;
}

workflow<int> all_in_any(context& ctx) {
  co_await any(two(ctx, "the left"), two(ctx, "the right"));
  co_return 0;
}

workflow<int> races(context& ctx, std::string who) {
  try {
    co_await any(calls(ctx, who + "'s call"), listens(ctx, who + "'s listener"));
  } catch (const cancelled&) {
    say(who + " sees it");
    throw;
  }
  co_return 0;
}

workflow<int> any_in_all(context& ctx) {
  co_await all(races(ctx, "the left"), races(ctx, "the right"));
  co_return 0;
}

// ---- scopes

workflow<int> phase(context& ctx) {
  try {
    co_await ctx.phase("p", two, std::string("the phase"));
  } catch (const cancelled&) {
    say("who awaits the phase sees it");
    throw;
  }
  co_return 0;
}

workflow<next<int>> step(context& ctx, int n) {
  if (n < 2) co_return again(n + 1);
  co_await ctx.phase("p", two, "phase of iteration " + std::to_string(n + 1));
  co_return again(n + 1);
}

workflow<int> phase_in_loop_in_phase(context& ctx) {
  co_await ctx.phase("outer", [](context& inner) -> workflow<int> {
    try {
      co_await inner.loop("steps", step, 0);
    } catch (const cancelled&) {
      say("who awaits the loop sees it");
      throw;
    }
    co_return 0;
  });
  co_return 0;
}

workflow<int> spawns_another(context& ctx) {
  auto task = ctx.spawn(sleeps(ctx, "the task's task"));
  co_return co_await calls(ctx, "the task");
}

workflow<int> tasks(context& ctx) {
  auto first = ctx.spawn(spawns_another(ctx));
  auto second = ctx.spawn(sleeps(ctx, "the second task"));
  co_return co_await listens(ctx, "the function");
}

workflow<int> one_task_only(context& ctx) {
  auto first = ctx.spawn(sleeps(ctx, "the task"));
  co_await ctx.sleep(1s);
  first.cancel();
  co_await first.join();
  say("the function goes on");
  co_return co_await listens(ctx, "the function");
}

// ---- shields, and going on

workflow<int> shielded_call(context& ctx) {
  co_await shield(ctx.call(work, "shielded"));
  say("the shielded call has its result");
  co_return co_await calls(ctx, "the next call");
}

workflow<int> shield_beside_others(context& ctx) {
  try {
    co_await all(shield(calls(ctx, "the shielded")), sleeps(ctx, "the sleeper"));
  } catch (const cancelled&) {
    say("who awaits all sees it");
    throw;
  }
  co_return 0;
}

workflow<int> level_triggered(context& ctx) {
  for (int i = 1; i <= 3; ++i) {
    try {
      co_await ctx.sleep(24h);
    } catch (const cancelled&) {
      say("await " + std::to_string(i) + " sees it");
    }
  }
  co_return 7;
}

workflow<int> cleans_up(context& ctx) {
  bool is_cancelled = false;
  try {
    co_await sleeps(ctx, "the sleeper");
  } catch (const cancelled&) {
    is_cancelled = true;
  }
  if (is_cancelled) {
    co_await shield(ctx.call(undo, "it"));
    say("it is undone");
  }
  throw cancelled();
}

// ---- compensation

workflow<int> books(context& ctx, saga undone) {
  undone.add(ctx.call(undo, "one"));
  undone.add(ctx.call(undo, "two"));
  co_return co_await calls(ctx, "the booking");
}

workflow<int> compensates(context& ctx) {
  saga undone(ctx);
  try {
    co_await undone.run(books(ctx, undone));
  } catch (const cancelled&) {
    say("behind the compensations it is seen");
    throw;
  }
  co_return 0;
}

// ---- waits within the run

workflow<int> holds(context& ctx, mutex line, std::string who) {
  try {
    const permit turn = co_await line.lock();
    say(who + " has the mutex");
    co_await ctx.sleep(24h);
  } catch (const cancelled&) {
    say(who + " sees it");
    throw;
  }
  co_return 0;
}

workflow<int> queue_for_a_mutex(context& ctx) {
  const mutex line;
  co_await all(holds(ctx, line, "the first"), holds(ctx, line, "the second"));
  co_return 0;
}

workflow<int> takes(context& ctx, channel<int> from) {
  try {
    co_await from.receive();
  } catch (const cancelled&) {
    say("the receiver sees it");
    throw;
  }
  co_return co_await calls(ctx, "nobody");
}

workflow<int> empty_channel(context& ctx) {
  const channel<int> from;
  co_await all(takes(ctx, from), sleeps(ctx, "the sleeper"));
  co_return 0;
}

// ---- children

workflow<int> further_below_it(context& ctx, std::string who) {
  co_return co_await calls(ctx, who);
}

workflow<int> below_it(context& ctx, std::string who) {
  try {
    co_return co_await ctx.child(further_below, who + "'s child").id(who + "'s child");
  } catch (const cancelled&) {
    say(who + " sees it");
    throw;
  }
}

workflow<int> children(context& ctx) {
  try {
    co_await all(ctx.child(below, "the left").id("left"),
                 ctx.child(below, "the right").id("right"));
  } catch (const cancelled&) {
    say("the parent sees it");
    throw;
  }
  co_return 0;
}

workflow<int> shielded_child(context& ctx) {
  const int got = co_await shield(ctx.child(further_below, "the child").id("child"));
  say("the parent has the child's result");
  co_return got;
}

workflow<int> detached_child(context& ctx) {
  co_await ctx.start_child(further_below, "the child").id("child");
  co_return co_await sleeps(ctx, "the parent");
}

}  // namespace

application shapes() {
  application app;
  app.add("call", call).add("sleep", sleep).add("receive", receive).add("condition", condition);
  app.add("between_attempts", between_attempts).add("within_a_time", within_a_time);
  app.add("all_of_them", all_of_them).add("any_of_them", any_of_them);
  app.add("all_settled_of_them", all_settled_of_them);
  app.add("all_in_any", all_in_any).add("any_in_all", any_in_all);
  app.add("phase", phase).add("phase_in_loop_in_phase", phase_in_loop_in_phase);
  app.add("tasks", tasks).add("one_task_only", one_task_only);
  app.add("shielded_call", shielded_call).add("shield_beside_others", shield_beside_others);
  app.add("level_triggered", level_triggered).add("cleans_up", cleans_up);
  app.add("compensates", compensates);
  app.add("queue_for_a_mutex", queue_for_a_mutex).add("empty_channel", empty_channel);
  app.add("children", children).add("shielded_child", shielded_child);
  app.add("detached_child", detached_child);
  app.add(below, below_it).add(further_below, further_below_it);
  app.bind(work, [](const std::string&) { return 1; });
  app.bind(broken, [](const std::string& what) -> int { throw failure("broken", what); });
  app.bind(undo, [](const std::string&) { return 1; });
  return app;
}

}  // namespace theus::cancellation
