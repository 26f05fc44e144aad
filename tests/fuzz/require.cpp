#include <cstdio>
#include <cstdlib>

#include "fuzz/targets.hpp"

// In a file of its own: a fuzzer that needs one target shall not be linked with all.
namespace theus::fuzz {

void require(bool holds, std::string_view promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %.*s\n", int(promise.size()), promise.data());
  std::abort();
}

}  // namespace theus::fuzz
