#include "testing/workflows.hpp"

#include <stdexcept>

#include "theus/runtime/errors.hpp"

namespace theus::testing {

using namespace std::chrono_literals;

workflow<std::int64_t> doubles(context& ctx, std::int64_t number) {
  const std::int64_t result = co_await ctx.call(twice, number);
  ctx["result"] = result;
  co_return result;
}

workflow<std::int64_t> sleeps(context& ctx, std::chrono::hours each, std::int64_t times) {
  for (std::int64_t slept = 1; slept <= times; ++slept) {
    co_await ctx.sleep(each);
    ctx["slept"] = slept;
  }
  co_return times;
}

workflow<std::string> listens(context& ctx) { co_return co_await ctx.receive(word); }

workflow<void> fails(context& ctx) {
  const std::string heard = co_await ctx.receive(word);
  throw failure("heard", heard);
}

workflow<void> breaks(context& ctx) {
  co_await ctx.sleep(1s);
  throw std::runtime_error("this is a bug");
}

workflow<std::string> asks(context& ctx, std::string whom) {
  co_await ctx.send(whom, word, ctx.workflow_id());
  co_return co_await ctx.receive(word);
}

workflow<void> loops(context& ctx) {
  for (;;) co_await ctx.call(twice, 1);
}

workflow<void> echoes(context& ctx, std::string whom) {
  for (;;) {
    const std::string heard = co_await ctx.receive(word);
    co_await ctx.send(whom, word, heard);
  }
}

workflow<void> locks_itself_out(context& ctx) {
  mutex door;
  permit lock = co_await door.lock();
  ctx["locked"] = door.is_locked();
  permit again = co_await door.lock();
}

namespace {

workflow<next<std::int64_t>> bills_a_day(context& ctx, std::int64_t left) {
  co_await ctx.sleep(24h);
  ctx["billed"] = ctx["billed"].value_or<std::int64_t>(0) + 1;
  if (left == 1) co_return theus::stop;
  co_return again(left - 1);
}

}  // namespace

workflow<std::int64_t> bills(context& ctx, std::int64_t days) {
  co_await ctx.loop("days", bills_a_day, days);
  co_return ctx["billed"].as<std::int64_t>();
}

workflow<std::string> draws(context& ctx) {
  co_await ctx.sleep(1s);
  const std::string name = ctx.uuid().to_string();
  co_await ctx.call(tell, name);
  co_return name;
}

}  // namespace theus::testing
