// A phase of its own.
#include <chrono>
#include <cstdint>

#include <theus/workflows.hpp>

namespace honest {
namespace in_phase {

theus::workflow<void> onboard(theus::context& ctx, std::int64_t customer) {
  ctx["customer"] = customer;
  co_await ctx.sleep(std::chrono::seconds(1));
}

}  // namespace in_phase

theus::workflow<std::int64_t> phase(theus::context& ctx) {
  using namespace in_phase;
  co_await ctx.phase("onboard", onboard, std::int64_t{7});
  co_return ctx["customer"].as<std::int64_t>();
}

}  // namespace honest
