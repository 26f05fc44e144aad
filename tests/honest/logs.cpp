// Lines that are written when the turn is durable.
#include <chrono>
#include <cstdint>
#include <string>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> logs(theus::context& ctx) {
  ctx.log("begins");
  co_await ctx.sleep(std::chrono::seconds(1));
  ctx.log("ends as " + ctx.workflow_id());
  co_return 1;
}

}  // namespace honest
