#include <array>
#include <cstdint>

#include <theus/value/base64.hpp>

namespace theus {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 0xFF;

constexpr std::array<std::uint8_t, 256> values = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return table;
}();

}  // namespace

std::string to_base64(std::span<const std::byte> in) {
  const auto octet = [&](std::size_t i) {
    return i < in.size() ? std::to_integer<std::uint32_t>(in[i]) : 0U;
  };
  std::string out;
  out.reserve((in.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < in.size(); i += 3) {
    const std::uint32_t group = octet(i) << 16 | octet(i + 1) << 8 | octet(i + 2);
    out += alphabet[group >> 18];
    out += alphabet[group >> 12 & 63];
    out += i + 1 < in.size() ? alphabet[group >> 6 & 63] : '=';
    out += i + 2 < in.size() ? alphabet[group & 63] : '=';
  }
  return out;
}

bool from_base64(std::string_view text, std::vector<std::byte>& out) {
  out.clear();
  if (text.size() % 4 != 0) return false;
  if (text.empty()) return true;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const std::size_t digits = text.size() - padding;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  unsigned bits = 0;
  for (const char c : text.substr(0, digits)) {
    const std::uint8_t value = values[static_cast<unsigned char>(c)];
    if (value == no_digit) return false;
    group = group << 6 | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<std::byte>(group >> bits & 0xFF));
    }
  }
  // The bits of the last digit that belong to no byte are zero in the one canonical spelling.
  return (group & ((1U << bits) - 1)) == 0;
}

}  // namespace theus
