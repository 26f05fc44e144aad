// expect: theus: an operation is awaited once; write co_await std::move(operation)
#include <theus/workflows.hpp>

theus::workflow<int> works(theus::context&) { co_return 1; }

theus::workflow<int> run(theus::context& ctx) {
  auto beside = ctx.spawn(works(ctx));
  co_return co_await beside;
}
