#include "fuzz/targets.hpp"

namespace theus::fuzz {

std::span<const target> targets() {
  static constexpr target all[] = {
      {"record", record}, {"history", history},    {"frames", frames},   {"session", session},
      {"json", json},     {"nodes", nodes},        {"packing", packing}, {"patch", patch},
      {"rows", rows},     {"watermark", watermark}};
  return all;
}

}  // namespace theus::fuzz
