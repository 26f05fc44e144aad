#include "toy_application.hpp"

#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "theus/activity.hpp"
#include "theus/signal.hpp"
#include "theus/workflows.hpp"

namespace theus::toy {
namespace {

constexpr activity<std::string(std::string)> shout{"shout"};
constexpr activity<std::string(std::string)> whisper{"whisper"};
constexpr signal<bool> approved{"approved"};

workflow<std::string> echo(context& ctx, std::string text) {
  std::string louder = co_await ctx.call(shout, text);
  co_return louder;
}

workflow<std::string> changed_echo(context& ctx, std::string text) {
  std::string quieter = co_await ctx.call(whisper, text);
  co_return quieter;
}

workflow<std::string> approval(context& ctx, std::string text) {
  const bool ok = co_await ctx.receive(approved);
  if (!ok) throw failure("refused", "nobody wants " + text);
  std::string louder = co_await ctx.call(shout, text);
  co_return louder;
}

// Says its token, waits for who heard it, then for an approval.
workflow<std::int64_t> asks(context& ctx) {
  const promise<std::int64_t> answer = ctx.promise<std::int64_t>();
  ctx["token"] = answer.token();
  const std::int64_t value = co_await answer;
  ctx["answer"] = value;
  co_await ctx.receive(approved);
  co_return value;
}

workflow<std::int64_t> nap(context& ctx, std::int64_t milliseconds) {
  co_await ctx.sleep(std::chrono::milliseconds(milliseconds));
  co_return milliseconds;
}

workflow<void> broken(context& ctx, std::string text) {
  std::string louder = co_await ctx.call(shout, text);
  throw std::logic_error("a bug behind " + louder);
}

// A phase and a loop of three iterations, each with one call.
workflow<void> pack(context& ctx, std::string what) {
  ctx["packing"] = what;
  std::string louder = co_await ctx.call(shout, what);
  ctx["packed"] = louder;
}

workflow<void> changed_pack(context& ctx, std::string what) {
  ctx["packing"] = what;
  std::string quieter = co_await ctx.call(whisper, what);
  ctx["packed"] = quieter;
}

workflow<next<std::int64_t>> travel(context& ctx, std::int64_t stop_number) {
  std::string louder = co_await ctx.call(shout, std::to_string(stop_number));
  ctx["stops"][louder] = stop_number;
  if (stop_number == 3) co_return stop;
  co_return again(stop_number + 1);
}

workflow<std::int64_t> travels(context& ctx, std::string what) {
  ctx["status"] = "packing";
  ctx["weight"] = 2.0;
  ctx["odd"] = std::nan("");
  co_await ctx.phase("pack", pack, what);
  ctx["status"] = "on the way";
  ctx["packing"].erase();
  co_await ctx.loop("travel", travel, 1);
  ctx["status"] = "there";
  co_return 3;
}

workflow<std::int64_t> travels_changed(context& ctx, std::string what) {
  ctx["status"] = "packing";
  ctx["weight"] = 2.0;
  ctx["odd"] = std::nan("");
  co_await ctx.phase("pack", changed_pack, what);
  ctx["status"] = "on the way";
  ctx["packing"].erase();
  co_await ctx.loop("travel", travel, 1);
  ctx["status"] = "there";
  co_return 3;
}

// Waits for two approvals behind a phase.
workflow<std::int64_t> stays(context& ctx, std::string what) {
  co_await ctx.phase("pack", pack, what);
  for (std::int64_t times = 1; times <= 2; ++times) {
    co_await ctx.receive(approved);
    ctx["approvals"] = times;
  }
  co_return ctx["approvals"].as<std::int64_t>();
}

workflow<next<std::int64_t>> pace(context& ctx, std::int64_t left) {
  co_await ctx.call(shout, std::to_string(left));
  ctx["steps"] = ctx["steps"].value_or<std::int64_t>(0) + 1;
  if (left == 1) co_return stop;
  co_return again(left - 1);
}

// So many iterations, then a wait, then a few more.
workflow<std::int64_t> paces(context& ctx, std::int64_t steps) {
  co_await ctx.loop("pace", pace, steps);
  co_await ctx.receive(approved);
  co_await ctx.loop("pace", pace, 3);
  co_return steps;
}

workflow<std::int64_t> stays_changed(context& ctx, std::string what) {
  co_await ctx.phase("pack", pack, what);
  co_await ctx.receive(approved);
  co_await ctx.receive(approved);
  co_return 3;
}

// Waits for what it holds itself.
workflow<void> locks_itself_out(context& ctx) {
  mutex door;
  permit lock = co_await door.lock();
  ctx["locked"] = door.is_locked();
  permit again = co_await door.lock();
}

constexpr query<std::int64_t(std::int64_t)> approvals_above{"approvals_above"};
constexpr query<std::string()> packed{"packed"};
constexpr query<std::string()> token{"token"};
constexpr update<std::int64_t(std::int64_t)> ask_for{"ask_for"};

workflow<std::int64_t> do_ask_for(context& ctx, std::int64_t more) {
  if (more == 13) throw failure("unlucky", "not thirteen");
  const auto sum = ctx["asked_for"].value_or<std::int64_t>(0) + more;
  ctx["asked_for"] = sum;
  co_return sum;
}

void check_ask_for(view, std::int64_t more) {
  if (more < 0) throw failure("negative", "one asks for more");
}

std::int64_t count_above(view run, std::int64_t least) {
  if (least < 0) throw std::range_error("there are never fewer than none");
  return run["approvals"].value_or(std::int64_t{0}) - least;
}

std::string do_shout(std::string text) { return text + "!"; }
std::string do_whisper(std::string text) { return text + "…"; }

}  // namespace

application make_application(toy_kind kind) {
  application app;
  if (kind == toy_kind::changed) {
    app.add("echo", changed_echo);
    app.add("travels", travels_changed);
    app.add("stays", stays_changed);
  } else {
    app.add("echo", echo);
    app.add("travels", travels);
    app.add("stays", stays);
  }
  app.add("approval", approval);
  app.add("paces", paces);
  app.add("asks", asks);
  app.add("nap", nap);
  app.add("locks_itself_out", locks_itself_out);
  app.add("broken", broken);
  app.bind("approval", ask_for, do_ask_for, check_ask_for);
  app.bind("asks", token, [](view run) { return run["token"].as<std::string>(); });
  app.bind("stays", approvals_above, count_above);
  app.bind("stays", packed, [](view run) { return run["packed"].as<std::string>(); });
  if (kind == toy_kind::without_activities) return app;
  app.bind(shout, do_shout);
  app.bind(whisper, do_whisper);
  return app;
}

}  // namespace theus::toy
