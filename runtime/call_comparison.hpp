#pragma once

#include <span>

#include "theus/runtime/diagnosis.hpp"

#include "recorded_calls.hpp"

namespace theus {

// What one change makes of the first calls the second, which begin with another one: the change
// that leaves the most of both alike. `unknown` when nothing differs.
diagnosis::cause compare_calls(std::span<const call> recorded, std::span<const call> now);

}  // namespace theus
