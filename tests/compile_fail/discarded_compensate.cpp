// expect: theus: an operation does nothing until it is awaited
#include <theus/workflows.hpp>

theus::workflow<void> run(theus::context& ctx) {
  theus::saga undo(ctx);
  undo.compensate();
  co_return;
}
