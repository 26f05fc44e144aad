#pragma once

#include <cstdlib>
#include <string_view>

namespace theus::testing {

// With THEUS_LONG=1: the whole of what is otherwise sampled.
inline bool is_long_run() {
  const char* asked = std::getenv("THEUS_LONG");
  return asked != nullptr && std::string_view(asked) != "0";
}

}  // namespace theus::testing
