// expect: non-void coroutine
#include <theus/workflows.hpp>

theus::workflow<int> answer(theus::context& ctx) { co_await ctx.sleep(std::chrono::seconds(1)); }
