#pragma once

#include <cstddef>

namespace theus {

// Limits of a tree of values. What exceeds one is refused with errc::limit_exceeded before anything
// is changed or allocated for it.
struct value_limits {
  static constexpr unsigned depth = 64;  // nested maps and lists; a scalar has none
  static constexpr std::size_t key_bytes = 1'024;
  static constexpr std::size_t text_bytes = std::size_t{16} << 20;  // of one string, or bytes
  static constexpr std::size_t entries = 0xFFFF'FFFF;               // of one map, or list
  static constexpr std::size_t same_hash = 0xFFFF;  // keys of a map that share all 64 bits of hash
};

}  // namespace theus
