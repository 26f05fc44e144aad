// expect: theus: an operation does nothing until it is awaited
#include <theus/workflows.hpp>

constexpr theus::child_workflow<int(int)> twice{"twice"};

theus::workflow<void> run(theus::context& ctx) {
  ctx.start_child(twice, 1).id("other");
  co_return;
}
