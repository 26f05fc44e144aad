#include "updatable_timer.hpp"

#include <variant>

namespace alarm_clock {

// [docs:wake_at]
theus::workflow<theus::time_point> wake_at(theus::context& ctx, theus::time_point deadline) {
  while (true) {
    ctx["wakes_at"] = deadline;
    const auto first = co_await theus::any(ctx.sleep_until(deadline), ctx.receive(moved));
    if (first.index() == 0) co_return deadline;
    deadline = std::get<1>(first);
  }
}
// [docs:end]

}  // namespace alarm_clock
