// A workflow that awaits itself.
#include <cstdint>

#include <theus/workflows.hpp>

namespace honest {
namespace in_recursion {

theus::workflow<std::int64_t> countdown(theus::context& ctx, std::int64_t from) {
  if (from == 0) co_return 0;
  const std::int64_t rest = co_await countdown(ctx, from - 1);
  co_return rest + from;
}

}  // namespace in_recursion

theus::workflow<std::int64_t> recursion(theus::context& ctx) {
  using namespace in_recursion;
  co_return co_await countdown(ctx, 5);
}

}  // namespace honest
