// expect: theus: a function that returns next<…> is an iteration; use ctx.loop
#include <theus/workflows.hpp>

theus::workflow<theus::next<int>> once(theus::context&, int) { co_return theus::stop; }

theus::workflow<void> run(theus::context& ctx) { co_await ctx.phase("once", once, 2); }
