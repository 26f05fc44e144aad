// expect: theus: a phase takes the workflow function and its arguments, not a call of it
#include <theus/workflows.hpp>

theus::workflow<int> twice(theus::context&, int number) { co_return 2 * number; }

theus::workflow<void> run(theus::context& ctx) { co_await ctx.phase("twice", twice(ctx, 2)); }
