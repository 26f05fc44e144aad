#pragma once

#include <cstdint>
#include <string_view>

namespace theus::tree {

// The hash that decides where a key lies in a map, and with that the map's shape and root: part of
// the format, the same everywhere and for ever. SipHash-1-3 under the key of sixteen zero bytes
// (Aumasson and Bernstein, 2012): keys of one hash cannot be made up by algebra.
std::uint64_t key_hash(std::string_view key) noexcept;

}  // namespace theus::tree
