// Which side of a sum is awaited first is up to the compiler.
// caught-by: tidy operand_order
// message: compilers evaluate operands in different orders, and replay then differs; await into
// locals first
#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {
namespace in_awaits_as_operands {

constexpr theus::activity<std::int64_t(int)> price{"price"};

}  // namespace in_awaits_as_operands

theus::workflow<std::int64_t> awaits_as_operands([[maybe_unused]] theus::context& ctx) {
  using namespace in_awaits_as_operands;
  co_return co_await ctx.call(price, 1) - co_await ctx.call(price, 2);  // here
}

}  // namespace traps
