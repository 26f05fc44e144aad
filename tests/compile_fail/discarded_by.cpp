// expect: theus: an operation does nothing until it is awaited
#include <theus/workflows.hpp>

theus::workflow<void> run(theus::context& ctx) {
  ctx.sleep(std::chrono::seconds(2)).by(ctx.now());
  co_return;
}
