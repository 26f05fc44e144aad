// A workflow that awaits workflows.
#include <chrono>
#include <cstdint>

#include <theus/workflows.hpp>

namespace honest {
namespace in_nested_workflows {

theus::workflow<std::int64_t> half(theus::context& ctx, std::int64_t of) {
  co_await ctx.sleep(std::chrono::seconds(1));
  co_return of / 2;
}

}  // namespace in_nested_workflows

theus::workflow<std::int64_t> nested_workflows(theus::context& ctx) {
  using namespace in_nested_workflows;
  const std::int64_t first = co_await half(ctx, 8);
  const std::int64_t second = co_await half(ctx, first);
  co_return first + second;
}

}  // namespace honest
