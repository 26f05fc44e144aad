// expect: theus: a phase cannot be a capturing lambda; pass what it needs as arguments
#include <theus/workflows.hpp>

theus::workflow<int> twice(theus::context&, int number) { co_return 2 * number; }

theus::workflow<void> run(theus::context& ctx, int number) {
  co_await ctx.phase("twice", [number](theus::context& inner) { return twice(inner, number); });
}
