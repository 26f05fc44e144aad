#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "mutation/script.hpp"

namespace theus::mutation {

// A workflow, and what happens to its run while it is recorded and afterwards.
struct story {
  std::string name;
  step script;
  // Words: c the oldest call ends, c2 the second, f it fails and is tried again, F it fails for
  // good, NAME=5 a signal, +60 seconds pass, x it is cancelled, ! the process is killed and comes
  // back, b and m the binary has a bug, and is mended.
  std::string recorded;
  std::string rest;  // until the run is over
};

const std::vector<story>& stories();

inline void PrintTo(const story& told, std::ostream* out) { *out << told.name; }

}  // namespace theus::mutation
