// expect: theus: an iteration cannot be a capturing lambda; pass what it needs as state
#include <theus/workflows.hpp>

theus::workflow<theus::next<int>> once(theus::context&, int) { co_return theus::stop; }

theus::workflow<void> run(theus::context& ctx, int number) {
  co_await ctx.loop("once", [number](theus::context& c, int) { return once(c, number); }, 2);
}
