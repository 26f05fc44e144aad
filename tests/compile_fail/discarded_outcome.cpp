// expect: ignoring return value
#include <theus/workflows.hpp>

theus::workflow<void> run(theus::context& ctx) {
  co_await theus::outcome_of(ctx.sleep(std::chrono::seconds(1)));
}
