// Things that can only be moved, over an await.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> move_only(theus::context& ctx) {
  auto text = std::make_unique<std::string>("tea");
  co_await ctx.sleep(std::chrono::seconds(1));
  const auto taken = std::move(text);
  co_return static_cast<std::int64_t>(taken->size());
}

}  // namespace honest
