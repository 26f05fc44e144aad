// expect: theus: only std::chrono::sys_time (system_clock, integer count) can be recorded as a
// time: other clocks mean nothing after a restart
#include <chrono>

#include <theus/codec.hpp>

static_assert(theus::require_recordable<std::chrono::steady_clock::time_point>());
