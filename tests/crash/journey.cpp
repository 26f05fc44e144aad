#include "crash/journey.hpp"

#include <chrono>

namespace crash {

using std::chrono::milliseconds;

std::string journey_id(std::int64_t number) { return "journey-" + std::to_string(number); }

std::int64_t gift_for(std::int64_t number) { return number * 100 + 1; }

theus::workflow<std::int64_t> journey(theus::context& ctx, std::int64_t number) {
  std::int64_t sum = co_await ctx.call(add, number, 7);
  auto [product, further] =
      co_await theus::all(ctx.call(multiply, sum, 3), ctx.call(add, number, sum));
  co_await ctx.sleep(milliseconds(number % 5));
  bool odd = number % 2 != 0;
  if (odd) co_await ctx.send(journey_id(number - 1), gift, further);
  std::int64_t present = co_await ctx.receive(gift);

  theus::retry_policy quick;
  quick.attempts = 4;
  quick.first_interval = milliseconds(2);
  std::int64_t stumbled = co_await ctx.call(stumble, present).retry(quick);
  std::optional<bool> heard = co_await ctx.receive(silence).within(milliseconds(2));
  theus::outcome<std::int64_t> kept = co_await theus::outcome_of(ctx.call(refuse_odd, number));
  std::int64_t last = kept ? kept.value() : -1;
  co_return product + 2 * further + 3 * stumbled + 5 * last + (heard ? 1 : 0);
}

std::int64_t expected_result(std::int64_t number) {
  const auto further = [](std::int64_t n) { return n + (n + 7); };
  const bool odd = number % 2 != 0;
  const std::int64_t present = odd ? gift_for(number) : further(number + 1);
  return (number + 7) * 3 + 2 * further(number) + 3 * (present + 1) + 5 * (odd ? -1 : number);
}

}  // namespace crash
