// expect: theus: these arguments do not fit the parameters of the phase
#include <string>

#include <theus/workflows.hpp>

theus::workflow<int> twice(theus::context&, int number) { co_return 2 * number; }

theus::workflow<void> run(theus::context& ctx) {
  co_await ctx.phase("twice", twice, std::string("two"));
}
