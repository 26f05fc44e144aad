// The Context as the run's state.
#include <chrono>
#include <cstdint>
#include <string>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> writes_state(theus::context& ctx) {
  ctx["status"] = "paid";
  ctx["cents"] = std::int64_t{42};
  co_await ctx.sleep(std::chrono::seconds(1));
  co_return ctx["cents"].as<std::int64_t>();
}

}  // namespace honest
