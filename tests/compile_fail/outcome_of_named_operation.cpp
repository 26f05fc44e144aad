// expect: theus: outcome_of() takes an operation or a workflow by value; move what has a name into
// it
#include <theus/workflows.hpp>

theus::workflow<void> run(theus::context& ctx) {
  auto pause = ctx.sleep(std::chrono::seconds(1));
  co_await theus::outcome_of(pause);
}
