// expect: theus: a child is started by the name of its workflow type: declare a constexpr
// theus::child_workflow<R(Args...)>
#include <theus/workflows.hpp>

theus::workflow<int> twice(theus::context&, int number) { co_return 2 * number; }

theus::workflow<void> run(theus::context& ctx) { co_await ctx.start_child(twice, 1); }
