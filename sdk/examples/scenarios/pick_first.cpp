#include "pick_first.hpp"

#include <chrono>
#include <utility>

namespace pick_first {

using namespace std::chrono_literals;

// [docs:buy]
theus::workflow<std::string> buy(theus::context& ctx, std::string goods,
                                 std::vector<std::string> suppliers) {
  std::vector<theus::call_operation<quote>> questions;
  for (const auto& supplier : suppliers) questions.push_back(ctx.call(ask, supplier, goods));
  // A question that fails is asked again for as long as it takes, so the first that ends is an
  // answer. The others are told to stop, and nobody hears what they still say.
  const auto first = co_await theus::any(std::move(questions)).within(1h);
  if (!first) throw theus::failure("no_quote", "nobody has " + goods);
  std::string number = co_await ctx.call(order, first->value);
  co_return number;
}
// [docs:end]

}  // namespace pick_first
