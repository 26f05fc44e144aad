// expect: theus: an operation is awaited once; write co_await std::move(operation)
#include <theus/workflows.hpp>

theus::workflow<void> run(theus::context& ctx) {
  auto pause = ctx.sleep(std::chrono::seconds(1));
  co_await pause;
}
