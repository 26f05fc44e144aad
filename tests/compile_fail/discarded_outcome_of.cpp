// expect: theus: an operation does nothing until it is awaited
#include <theus/workflows.hpp>

theus::workflow<void> run(theus::context& ctx) {
  theus::outcome_of(ctx.sleep(std::chrono::seconds(1)));
  co_return;
}
