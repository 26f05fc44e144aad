#include <memory>

#include "fuzz/targets.hpp"

namespace theus::fuzz {

// Four bytes that random input never guesses, found by following the branches; behind them a length
// that is believed. It is short, so that what is read is always the border of the block and never
// another block, which would be reported as something else.
void canary(input bytes) {
  if (bytes.size() < 6 || bytes[0] != 't') return;
  if (bytes[1] != 'h' || bytes[2] != 'e') return;
  if (bytes[3] != 'u') return;
  const std::size_t length = bytes[4] % 16;
  const auto copy = std::make_unique<std::uint8_t[]>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), copy.get());
  volatile std::uint8_t last = copy[5 + length];
  (void)last;
}

}  // namespace theus::fuzz
