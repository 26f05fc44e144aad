#include <cstddef>

#include <theus/runtime/uuid.hpp>

namespace theus {
namespace {

constexpr std::size_t text_size = 36;

constexpr bool is_dash(std::size_t position) {
  return position == 8 || position == 13 || position == 18 || position == 23;
}

constexpr int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

uuid uuid::from_draws(std::uint64_t high, std::uint64_t low) {
  uuid result;
  for (std::size_t i = 0; i < 8; ++i) {
    result.octets[i] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
    result.octets[8 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
  }
  result.octets[6] = static_cast<std::uint8_t>((result.octets[6] & 0x0F) | 0x40);
  result.octets[8] = static_cast<std::uint8_t>((result.octets[8] & 0x3F) | 0x80);
  return result;
}

std::optional<uuid> uuid::parse(std::string_view text) {
  if (text.size() != text_size) return std::nullopt;
  uuid result;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text_size; ++i) {
    if (is_dash(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = digit_value(text[i]);
    if (value < 0) return std::nullopt;
    std::uint8_t& octet = result.octets[digits / 2];
    octet = static_cast<std::uint8_t>(octet << 4 | value);
    ++digits;
  }
  return result;
}

std::string uuid::to_string() const {
  static constexpr char hex[] = "0123456789abcdef";
  std::string text;
  text.reserve(text_size);
  for (const std::uint8_t octet : octets) {
    if (is_dash(text.size())) text += '-';
    text += hex[octet >> 4];
    text += hex[octet & 15];
  }
  return text;
}

}  // namespace theus
