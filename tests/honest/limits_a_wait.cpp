// A wait with an end.
#include <chrono>
#include <cstdint>
#include <optional>

#include <theus/workflows.hpp>

namespace honest {
namespace in_limits_a_wait {

constexpr theus::signal<bool> approved{"approved"};

}  // namespace in_limits_a_wait

theus::workflow<std::int64_t> limits_a_wait(theus::context& ctx) {
  using namespace in_limits_a_wait;
  const std::optional<bool> answer = co_await ctx.receive(approved).within(std::chrono::hours(72));
  co_return answer.value_or(false) ? 1 : 0;
}

}  // namespace honest
