#include "testing/racing_workflows.hpp"

#include <chrono>
#include <optional>
#include <vector>

#include "theus/runtime/errors.hpp"

namespace theus::testing {

using namespace std::chrono_literals;

// ---- a lost update

namespace {

// [docs:lost_update]
workflow<void> takes_a_deposit_carelessly(context& ctx) {
  const std::int64_t amount = co_await ctx.receive(deposit);
  const std::int64_t balance = ctx["balance"].value_or<std::int64_t>(0);
  const bool is_good = co_await ctx.call(check, amount);
  if (is_good) ctx["balance"] = balance + amount;
}
// [docs:end]

workflow<void> takes_a_deposit(context& ctx) {
  const std::int64_t amount = co_await ctx.receive(deposit);
  const bool is_good = co_await ctx.call(check, amount);
  if (is_good) ctx["balance"] = ctx["balance"].value_or<std::int64_t>(0) + amount;
}

}  // namespace

workflow<std::int64_t> loses_an_update(context& ctx) {
  co_await all(takes_a_deposit_carelessly(ctx), takes_a_deposit_carelessly(ctx));
  co_return ctx["balance"].as<std::int64_t>();
}

workflow<std::int64_t> loses_no_update(context& ctx) {
  co_await all(takes_a_deposit(ctx), takes_a_deposit(ctx));
  co_return ctx["balance"].as<std::int64_t>();
}

// ---- a missed signal

workflow<std::string> misses_a_signal(context& ctx) {
  for (bool ready = false; !ready;) {
    const std::optional<bool> told = co_await ctx.receive(stop).within(1min);
    if (told) co_return "stopped";
    ready = co_await ctx.call(is_ready);
  }
  co_return "ready";
}

workflow<std::string> misses_no_signal(context& ctx) {
  for (bool ready = false;;) {
    const auto patience = ready ? std::chrono::microseconds(1) : std::chrono::microseconds(1min);
    const std::optional<bool> told = co_await ctx.receive(stop).within(patience);
    if (told) co_return "stopped";
    if (ready) co_return "ready";
    ready = co_await ctx.call(is_ready);
  }
}

// ---- compensation in the wrong order

workflow<void> undoes_in_a_fixed_order(context& ctx) {
  co_await all(ctx.call(book, "flight"), ctx.call(book, "hotel"));
  co_await ctx.call(unbook, "hotel");
  co_await ctx.call(unbook, "flight");
}

workflow<void> undoes_in_the_order_of_doing(context& ctx) {
  co_await ctx.call(book, "flight");
  co_await ctx.call(book, "hotel");
  co_await ctx.call(unbook, "hotel");
  co_await ctx.call(unbook, "flight");
}

// ---- a failure behind the effect

workflow<bool> trusts_a_failure(context& ctx) {
  retry_policy once;
  once.attempts = 1;
  auto booked = co_await outcome_of(ctx.call(book, "flight").retry(once));
  co_return booked.has_value();
}

workflow<bool> undoes_what_failed(context& ctx) {
  retry_policy once;
  once.attempts = 1;
  auto booked = co_await outcome_of(ctx.call(book, "flight").retry(once));
  if (!booked.has_value()) co_await ctx.call(unbook, "flight");
  co_return booked.has_value();
}

// ---- an effect behind its undoing

workflow<void> undoes_what_was_late_once(context& ctx) {
  const auto booked = co_await ctx.call(book, "flight").within(1h);
  if (!booked) co_await ctx.call(unbook, "flight");
}

workflow<void> books_in_time(context& ctx) { co_await ctx.call(book, "flight"); }

workflow<void> polls_without_pause(context& ctx) {
  for (;;) {
    const auto told = co_await any(ctx.receive(stop), ctx.call(is_ready));
    if (told.index() == 0) co_return;
  }
}

// ---- two answers

namespace {

workflow<void> answers_carelessly(context& ctx, std::string what) {
  if (ctx["answered"].value_or(false)) co_return;
  co_await ctx.call(reply, what);
  ctx["answered"] = true;
}

workflow<void> answers(context& ctx, std::string what) {
  if (ctx["answered"].value_or(false)) co_return;
  ctx["answered"] = true;
  co_await ctx.call(reply, what);
}

workflow<void> answers_the_deposit(context& ctx, bool carefully) {
  const std::optional<std::int64_t> told = co_await ctx.receive(deposit).within(2h);
  if (!told) co_return;
  const std::string what = "thanks";
  if (carefully) {
    co_await answers(ctx, what);
  } else {
    co_await answers_carelessly(ctx, what);
  }
}

workflow<void> answers_after_an_hour(context& ctx, bool carefully) {
  co_await ctx.sleep(1h);
  const std::string what = "nobody came";
  if (carefully) {
    co_await answers(ctx, what);
  } else {
    co_await answers_carelessly(ctx, what);
  }
}

}  // namespace

workflow<void> replies_twice(context& ctx) {
  co_await all(answers_the_deposit(ctx, false), answers_after_an_hour(ctx, false));
}

workflow<void> replies_once(context& ctx) {
  co_await all(answers_the_deposit(ctx, true), answers_after_an_hour(ctx, true));
}

// ---- a forgotten cancellation

workflow<void> forgets_cancellation(context& ctx) {
  co_await ctx.call(acquire);
  co_await ctx.call(work);
  co_await ctx.call(release);
}

workflow<void> minds_cancellation(context& ctx) {
  bool was_cancelled = false;
  try {
    co_await shield(ctx.call(acquire));  // given up, it might still take effect, behind the release
    co_await ctx.call(work);
  } catch (const cancelled&) {
    was_cancelled = true;
  }
  co_await shield(ctx.call(release));
  if (was_cancelled) throw cancelled();
}

}  // namespace theus::testing
