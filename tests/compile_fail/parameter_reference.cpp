// expect: theus: a workflow takes its parameters by value; a reference would dangle when the run
// is replayed
#include <string>

#include <theus/workflows.hpp>

// [docs:wrong]
theus::workflow<void> greet(theus::context& ctx, const std::string& name) {
  co_await ctx.sleep(std::chrono::seconds(1));
}
// [docs:end]
