// expect: theus: an operation does nothing until it is awaited
#include <theus/workflows.hpp>

constexpr theus::child_workflow<int(int)> twice{"twice"};

theus::workflow<void> run(theus::context& ctx) {
  ctx.child(twice, 1);
  co_return;
}
