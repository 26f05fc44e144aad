#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace theus::tree {

// Eight bytes as a number, the first the lowest.
inline std::uint64_t load_word(const char* from) noexcept {
  std::uint64_t word;
  std::memcpy(&word, from, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

// The bytes behind the last whole word likewise, zeros behind them. Without a loop: it is half of
// what looking a short key up would take.
inline std::uint64_t load_tail(std::string_view text) noexcept {
  const std::size_t size = text.size(), left = size % 8;
  if (left == 0) return 0;
  if (size >= 8) return load_word(text.data() + size - 8) >> (8 * (8 - left));
  const auto byte = [&](std::size_t i) {
    return std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
  };
  if (left < 4) return byte(0) | byte(left / 2) | byte(left - 1);
  std::uint32_t low, high;
  std::memcpy(&low, text.data(), sizeof low);
  std::memcpy(&high, text.data() + left - 4, sizeof high);
  if constexpr (std::endian::native == std::endian::big) {
    low = __builtin_bswap32(low);
    high = __builtin_bswap32(high);
  }
  return low | std::uint64_t{high} << (8 * (left - 4));
}

// At most eight bytes, zeros behind them.
inline std::uint64_t load_zero_padded(std::string_view bytes) noexcept {
  return bytes.size() == 8 ? load_word(bytes.data()) : load_tail(bytes);
}

}  // namespace theus::tree
