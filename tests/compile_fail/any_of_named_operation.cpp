// expect: theus: any() takes operations and workflows by value, or one vector of them; move what
// has a name into it
#include <theus/workflows.hpp>

theus::workflow<void> run(theus::context& ctx) {
  auto pause = ctx.sleep(std::chrono::seconds(1));
  co_await theus::any(pause, ctx.sleep(std::chrono::seconds(2)));
}
