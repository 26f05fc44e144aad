// expect: theus: a workflow does nothing until it is awaited
#include <theus/workflows.hpp>

theus::workflow<void> helper(theus::context&, int) { co_return; }

theus::workflow<void> run(theus::context& ctx) {
  helper(ctx, 1);
  co_return;
}
