// expect: theus: a pointer cannot be recorded: it means nothing after a restart
#include <theus/workflows.hpp>

theus::workflow<void> run(theus::context& ctx, int number) {
  ctx["number"] = &number;
  co_return;
}
