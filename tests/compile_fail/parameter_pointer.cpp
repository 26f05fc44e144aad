// expect: theus: a workflow cannot take a pointer; what it points to is gone when the run is
// replayed
#include <theus/workflows.hpp>

theus::workflow<void> greet(theus::context& ctx, const char* name) {
  co_await ctx.sleep(std::chrono::seconds(1));
}
