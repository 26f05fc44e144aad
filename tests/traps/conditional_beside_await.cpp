// A ?: gives an object beside an await.
// caught-by: tidy conditional_beside_await (g++)
// message: g++ 12 destroys it twice; make it in a statement of its own first
#include <cstdint>
#include <string>

#include <theus/workflows.hpp>

namespace traps {
namespace in_conditional_beside_await {

constexpr theus::activity<std::int64_t(std::string)> weigh{"weigh"};

}  // namespace in_conditional_beside_await

// [docs:wrong]
theus::workflow<std::int64_t> conditional_beside_await([[maybe_unused]] theus::context& ctx) {
  using namespace in_conditional_beside_await;
  const bool large = ctx.workflow_id().size() > 3;
  co_return co_await ctx.call(weigh, large ? std::string("cake") : std::string("tea"));  // here
}
// [docs:end]

}  // namespace traps
