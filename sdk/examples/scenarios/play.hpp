#pragma once

#include <string>

namespace scenarios {

// Plays the scenario of that name, or each when it is empty, in memory and with time that is
// skipped, and prints what happens. False: there is none of that name.
bool play(const std::string& name);

}  // namespace scenarios
