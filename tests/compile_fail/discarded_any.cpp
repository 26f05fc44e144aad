// expect: theus: an operation does nothing until it is awaited
#include <theus/workflows.hpp>

theus::workflow<void> run(theus::context& ctx) {
  theus::any(ctx.sleep(std::chrono::seconds(1)), ctx.sleep(std::chrono::seconds(2)));
  co_return;
}
