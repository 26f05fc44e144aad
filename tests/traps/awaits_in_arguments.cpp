// Which of two arguments is awaited first is up to the compiler.
// caught-by: tidy argument_order
// message: compilers evaluate arguments in different orders, and replay then differs; make the
// values first, in statements of their own
#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {
namespace in_awaits_in_arguments {

constexpr theus::activity<std::int64_t(int)> price{"price"};

std::int64_t sum(std::int64_t a, std::int64_t b) { return a - b; }

}  // namespace in_awaits_in_arguments

theus::workflow<std::int64_t> awaits_in_arguments([[maybe_unused]] theus::context& ctx) {
  using namespace in_awaits_in_arguments;
  co_return sum(co_await ctx.call(price, 1), co_await ctx.call(price, 2));  // here
}

}  // namespace traps
