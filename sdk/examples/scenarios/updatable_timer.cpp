#include "updatable_timer.hpp"

namespace alarm_clock {

// [docs:wake_at]
theus::workflow<theus::time_point> wake_at(theus::context& ctx, theus::time_point deadline) {
  while (true) {
    ctx["wakes_at"] = deadline;
    const auto other = co_await ctx.receive(moved).by(deadline);
    if (!other) co_return deadline;
    deadline = *other;
  }
}
// [docs:end]

}  // namespace alarm_clock
