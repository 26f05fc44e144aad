// A lambda with captures is made beside an await.
// caught-by: tidy lambda_beside_await (g++)
// message: g++ 12 destroys it twice; make it in a statement of its own first
#include <cstdint>
#include <string>

#include <theus/workflows.hpp>

namespace traps {
namespace in_lambda_beside_await {

constexpr theus::activity<std::int64_t(std::string)> weigh{"weigh"};

template <class Function>
std::string made_by(Function function) {
  return function();
}

}  // namespace in_lambda_beside_await

// [docs:wrong]
theus::workflow<std::int64_t> lambda_beside_await([[maybe_unused]] theus::context& ctx) {
  using namespace in_lambda_beside_await;
  const std::string name = "tea";
  co_return co_await ctx.call(weigh, made_by([name] { return name + "!"; }));  // here
}
// [docs:end]

}  // namespace traps
