#pragma once

#include <chrono>

namespace theus::journal {

// Wall-clock time: microseconds since the Unix epoch, UTC, leap seconds ignored. Microseconds
// reach 292,000 years either way, so a deadline far in the future saturates instead of wrapping.
using wall_time = std::chrono::sys_time<std::chrono::microseconds>;

}  // namespace theus::journal
