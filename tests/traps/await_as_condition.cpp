// A condition awaits, and the branch returns.
// caught-by: tidy await_as_condition (g++)
// message: g++ 12 crashes here or never ends; await into a local, and test that
#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {
namespace in_await_as_condition {

constexpr theus::activity<bool()> ready{"ready"};

}  // namespace in_await_as_condition

// [docs:wrong]
theus::workflow<std::int64_t> await_as_condition([[maybe_unused]] theus::context& ctx) {
  using namespace in_await_as_condition;
  if (co_await ctx.call(ready)) co_return 1;  // here
  co_return 0;
}
// [docs:end]

}  // namespace traps
