// expect: theus: until() takes something copyable to call without arguments that says true or
// false; await an operation itself
#include <chrono>

#include <theus/workflows.hpp>

theus::workflow<void> run(theus::context& ctx) {
  co_await ctx.until(ctx.sleep(std::chrono::seconds(1)));
}
