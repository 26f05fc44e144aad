// expect: theus: spawn() takes a call of a workflow function by value: ctx.spawn(f(ctx, …)); move
// what has a name into it
#include <theus/workflows.hpp>

theus::workflow<void> works(theus::context&) { co_return; }

theus::workflow<void> run(theus::context& ctx) {
  auto body = works(ctx);
  ctx.spawn(body);
  co_return;
}
