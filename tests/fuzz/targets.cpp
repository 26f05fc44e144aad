#include "fuzz/targets.hpp"

#include <cstdio>
#include <cstdlib>

namespace theus::fuzz {

void require(bool holds, std::string_view promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %.*s\n", int(promise.size()), promise.data());
  std::abort();
}

std::span<const target> targets() {
  static constexpr target all[] = {
      {"record", record}, {"history", history}, {"frames", frames}, {"session", session},
      {"json", json},     {"packing", packing}, {"rows", rows},     {"watermark", watermark}};
  return all;
}

}  // namespace theus::fuzz
