// Goes back to an earlier Context.
#include <cstdint>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> restores_state(theus::context& ctx) {
  ctx["count"] = std::int64_t{1};
  const theus::context_snapshot before = ctx.snapshot();
  ctx["count"] = std::int64_t{2};
  ctx.restore(before);
  co_return ctx["count"].as<std::int64_t>();
}

}  // namespace honest
