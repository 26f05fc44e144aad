// A channel between two tasks, and a saga that has nothing to undo.
#include <cstdint>
#include <optional>
#include <string>

#include <theus/workflows.hpp>

namespace honest {
namespace in_hands_values_on {

constexpr theus::activity<std::int64_t(int)> price{"price"};
constexpr theus::activity<std::string(int)> send_mail{"send_mail"};

theus::workflow<void> asks(theus::context& ctx, theus::channel<std::int64_t> to) {
  for (int i = 1; i <= 4; ++i) {
    const std::int64_t cents = co_await ctx.call(price, i);
    co_await to.send(cents);
  }
  to.close();
}

theus::workflow<std::int64_t> sums(theus::context& ctx, theus::saga undo) {
  theus::channel<std::int64_t> prices(1);
  ctx.spawn(asks(ctx, prices));
  std::int64_t sum = 0;
  while (true) {
    const std::optional<std::int64_t> next = co_await prices.receive();
    if (!next) break;
    undo.add(ctx.call(send_mail, static_cast<int>(*next)));
    sum += *next;
  }
  co_return sum;
}

}  // namespace in_hands_values_on

theus::workflow<std::int64_t> hands_values_on(theus::context& ctx) {
  using namespace in_hands_values_on;
  theus::saga undo(ctx);
  const std::int64_t sum = co_await undo.run(sums(ctx, undo));
  co_return sum;
}

}  // namespace honest
