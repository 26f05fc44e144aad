#pragma once

#include <chrono>

// The time of day of this process. A program that links wall_time.cpp replaces clock_gettime, for
// itself and for the shared libraries it loads; what is steady stays as it is.
namespace theus::faults {

// From now on it is that much later than it really is. Negative: earlier. Thread: any.
void set_wall_time_ahead(std::chrono::microseconds ahead);

}  // namespace theus::faults
