#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace theus {

// RFC 4122. Bytes in the order of the text; compared in that order.
struct uuid {
  std::array<std::uint8_t, 16> octets{};

  // Version 4, from two 64-bit draws taken big-endian: `high` gives octets 0 to 7; the six bits
  // of version and variant are overwritten.
  static uuid from_draws(std::uint64_t high, std::uint64_t low);
  // Only the 36-character form, in lower or upper case.
  static std::optional<uuid> parse(std::string_view text);
  // 36 characters, lower case.
  std::string to_string() const;

  friend auto operator<=>(const uuid&, const uuid&) = default;
};

}  // namespace theus
