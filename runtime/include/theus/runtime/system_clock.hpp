#pragma once

#include <memory>

#include "theus/runtime/clock.hpp"

namespace theus {

// The operating system's wall clock. A jump of the clock is noticed within a second by alarms that
// are set. Alarms may be destroyed on any thread, but not while their executor's context is being
// destroyed.
std::unique_ptr<wall_clock> make_system_clock();

}  // namespace theus
