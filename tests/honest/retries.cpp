// An activity with a policy.
#include <chrono>
#include <cstdint>

#include <theus/workflows.hpp>

namespace honest {
namespace in_retries {

constexpr theus::activity<std::int64_t(int)> price{"price"};

}  // namespace in_retries

theus::workflow<std::int64_t> retries(theus::context& ctx) {
  using namespace in_retries;
  theus::retry_policy patient;
  patient.attempts = 5;
  patient.first_interval = std::chrono::milliseconds(100);
  co_return co_await ctx.call(price, 1).retry(patient);
}

}  // namespace honest
