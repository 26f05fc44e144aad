#pragma once

#include <string>
#include <vector>

#include "theus/journal/record.hpp"

namespace theus {

// A record for people: a line for itself, then one for each event that came in (>), each command
// the workflow answered with (<) and each place of the Context that it wrote (=). What comes from
// outside is in them as it is, line ends and control characters too.
std::vector<std::string> lines_of(const journal::record& r);

}  // namespace theus
