// expect: theus: a workflow takes its parameters by value; a reference would dangle when
// the run is replayed
#include <theus/workflows.hpp>

theus::workflow<int> twice(theus::context&, const int& number) { co_return 2 * number; }

theus::workflow<void> run(theus::context& ctx, int number) {
  co_await ctx.phase("twice", twice, number);
}
