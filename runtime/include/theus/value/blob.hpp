#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <theus/journal/ids.hpp>

namespace theus {

// Refers to bytes of any size that are stored once, by what they are: equal contents have equal
// references. A workflow passes it around and keeps it in its Context; only activities, clients and
// the tool read and write the bytes (theus/runtime/blobs.hpp).
struct blob {
  static constexpr std::uint64_t most_bytes = std::uint64_t{1} << 40;

  journal::hash256 hash;   // of the node that its content begins with; all zero when it is empty
  std::uint64_t size = 0;  // bytes of content

  bool empty() const noexcept { return size == 0; }
  std::string id() const { return hash.to_string(); }

  friend bool operator==(const blob&, const blob&) = default;
};

// 64 lower-case hex digits, as id() prints them; nothing else is accepted.
std::optional<journal::hash256> parse_blob_id(std::string_view text);

// Why there is no such blob: it is too large, or is said to be empty and has a hash, or the other
// way round. Null: there may be.
const char* fault_of(const blob& b) noexcept;

}  // namespace theus
