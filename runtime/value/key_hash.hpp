#pragma once

#include <cstdint>
#include <string_view>

#include "access.hpp"

namespace theus::tree {

// The hash that decides where a key lies in a map, and with that the map's shape and root: part of
// the format, the same everywhere and for ever; docs/context-tree.md has it.
//
// Its highest 20 bits, which decide the first four levels, are a multiplication: quick, and all
// that a lookup among a million keys takes. The others are SipHash-1-3 under the key of sixteen
// zero bytes (Aumasson and Bernstein, 2012), because keys of one product can be made up by algebra:
// whoever does meets four levels more, and no collision.
inline constexpr unsigned quick_hash_bits = 20;

// Those 20 bits, zeros behind them. `image` is that of the key.
std::uint64_t quick_hash(std::string_view key, const access::image& image) noexcept;

std::uint64_t key_hash(std::string_view key) noexcept;

}  // namespace theus::tree
