// expect: theus: an iteration is theus::workflow<theus::next<State>> f(theus::context&, State),
// and a loop begins with a State
#include <theus/workflows.hpp>

theus::workflow<int> twice(theus::context&, int number) { co_return 2 * number; }

theus::workflow<void> run(theus::context& ctx) { co_await ctx.loop("twice", twice, 2); }
