// Whichever comes first.
#include <chrono>
#include <cstdint>

#include <theus/workflows.hpp>

namespace honest {
namespace in_any_of_several {

constexpr theus::signal<bool> approved{"approved"};

}  // namespace in_any_of_several

theus::workflow<std::int64_t> any_of_several(theus::context& ctx) {
  using namespace in_any_of_several;
  const auto first = co_await theus::any(ctx.receive(approved), ctx.sleep(std::chrono::hours(1)));
  co_return static_cast<std::int64_t>(first.index());
}

}  // namespace honest
