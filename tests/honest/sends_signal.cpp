// A signal to another run.
#include <cstdint>
#include <string>

#include <theus/workflows.hpp>

namespace honest {
namespace in_sends_signal {

constexpr theus::signal<bool> approved{"approved"};

}  // namespace in_sends_signal

theus::workflow<std::int64_t> sends_signal(theus::context& ctx) {
  using namespace in_sends_signal;
  co_await ctx.send("order-2", approved, true);
  co_return 1;
}

}  // namespace honest
