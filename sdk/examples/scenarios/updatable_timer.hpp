#pragma once

#include <theus/workflows.hpp>

// A sleep whose end others move, to earlier or later, while it lasts.
namespace alarm_clock {

constexpr theus::signal<theus::time_point> moved{"moved"};

// When it woke up. The Context says "wakes_at" meanwhile.
theus::workflow<theus::time_point> wake_at(theus::context& ctx, theus::time_point deadline);

}  // namespace alarm_clock
