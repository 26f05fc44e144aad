// expect: theus: an operation does nothing until it is awaited
#include <theus/workflows.hpp>

theus::workflow<void> run(theus::context& ctx) {
  ctx.until([] { return true; });
  co_return;
}
