// expect: theus: a promise that nobody keeps is withdrawn at once
#include <theus/workflows.hpp>

theus::workflow<void> run(theus::context& ctx) {
  ctx.promise<int>();
  co_return;
}
