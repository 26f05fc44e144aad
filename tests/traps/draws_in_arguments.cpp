// Which of two arguments gets the first uuid is up to the compiler.
// caught-by: tidy argument_order
// message: compilers evaluate arguments in different orders, and replay then differs; make the
// values first, in statements of their own
#include <cstdint>
#include <string>

#include <theus/workflows.hpp>

namespace traps {
namespace in_draws_in_arguments {

constexpr theus::activity<void(std::string)> ship{"ship"};

}  // namespace in_draws_in_arguments

// [docs:wrong]
theus::workflow<std::int64_t> draws_in_arguments([[maybe_unused]] theus::context& ctx) {
  using namespace in_draws_in_arguments;
  co_await theus::all(ctx.call(ship, ctx.uuid().to_string()),  // here
                      ctx.call(ship, ctx.uuid().to_string()));
  co_return 1;
}
// [docs:end]

}  // namespace traps
