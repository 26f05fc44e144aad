// expect: theus: spawn() takes a call of a workflow function by value: ctx.spawn(f(ctx, …)); move
// what has a name into it
#include <theus/workflows.hpp>

constexpr theus::activity<int(int)> work{"work"};

theus::workflow<void> run(theus::context& ctx) {
  ctx.spawn(ctx.call(work, 1));
  co_return;
}
