// expect: non-void coroutine
#include <theus/workflows.hpp>

theus::workflow<int> answer(theus::context& ctx, bool known) {
  if (known) co_return 42;
  co_await ctx.sleep(std::chrono::seconds(1));
}
