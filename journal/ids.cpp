#include "theus/journal/ids.hpp"

#include <algorithm>
#include <cstring>
#include <span>

#include "hash.hpp"

namespace theus::journal {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

void store_big_endian(std::uint64_t value, std::uint8_t* to, unsigned count) {
  for (unsigned i = 0; i < count; ++i) to[i] = std::uint8_t(value >> (8 * (count - 1 - i)));
}

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  text.reserve(2 * bytes.size());
  for (std::uint8_t byte : bytes) {
    text.push_back(hex_digits[byte >> 4]);
    text.push_back(hex_digits[byte & 15]);
  }
  return text;
}

// Longer runs of digits count as names: they cannot be numbers that this runtime gave.
constexpr std::size_t decimal_digits = 18;

bool is_decimal(std::string_view component) {
  return !component.empty() && component.size() <= decimal_digits &&
         std::all_of(component.begin(), component.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

std::uint64_t decimal_value(std::string_view component) {
  std::uint64_t value = 0;
  for (char c : component) value = value * 10 + std::uint64_t(c - '0');
  return value;
}

// Compares as unsigned bytes, whatever the platform's char is.
std::strong_ordering compare_bytes(std::string_view a, std::string_view b) {
  const int order = std::memcmp(a.data(), b.data(), std::min(a.size(), b.size()));
  return order != 0 ? order <=> 0 : a.size() <=> b.size();
}

std::strong_ordering compare_components(std::string_view a, std::string_view b) {
  const bool a_decimal = is_decimal(a);
  const bool b_decimal = is_decimal(b);
  if (a_decimal != b_decimal) {
    return a_decimal ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  if (!a_decimal) return compare_bytes(a, b);
  const auto by_value = decimal_value(a) <=> decimal_value(b);
  return by_value != 0 ? by_value : a.size() <=> b.size();
}

std::string_view take_component(std::string_view& rest, bool& more) {
  const std::size_t slash = rest.find('/');
  const std::string_view component = rest.substr(0, slash);
  more = slash != std::string_view::npos;
  rest = more ? rest.substr(slash + 1) : std::string_view();
  return component;
}

}  // namespace

std::uint32_t shard_key_of(std::string_view workflow_id) {
  const hash256 hash = sha256({bytes_of(workflow_id)});
  return std::uint32_t(hash.bytes[0]) << 24 | std::uint32_t(hash.bytes[1]) << 16 |
         std::uint32_t(hash.bytes[2]) << 8 | std::uint32_t(hash.bytes[3]);
}

run_id run_id::make(std::uint32_t shard_key, std::uint64_t random_high, std::uint64_t random_low) {
  run_id id;
  store_big_endian(shard_key, id.bytes.data(), 4);
  store_big_endian(random_high, id.bytes.data() + 4, 4);
  store_big_endian(random_low, id.bytes.data() + 8, 8);
  return id;
}

std::optional<run_id> run_id::parse(std::string_view text) {
  run_id id;
  if (text.size() != 2 * id.bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) {
    const int high = hex_value(text[2 * i]);
    const int low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    id.bytes[i] = std::uint8_t(high << 4 | low);
  }
  return id;
}

std::uint32_t run_id::shard_key() const {
  return std::uint32_t(bytes[0]) << 24 | std::uint32_t(bytes[1]) << 16 |
         std::uint32_t(bytes[2]) << 8 | std::uint32_t(bytes[3]);
}

std::string hash256::to_string() const { return hex(bytes); }

std::string run_id::to_string() const { return hex(bytes); }

std::string command_id::to_string() const {
  return scope.empty() ? std::to_string(number) : scope + ":" + std::to_string(number);
}

std::strong_ordering compare_scopes(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.size() <=> b.size();
  bool more_a = true;
  bool more_b = true;
  while (more_a && more_b) {
    const std::string_view from_a = take_component(a, more_a);
    const std::string_view from_b = take_component(b, more_b);
    const auto order = compare_components(from_a, from_b);
    if (order != 0) return order;
  }
  return int(more_a) <=> int(more_b);
}

std::strong_ordering operator<=>(const command_id& a, const command_id& b) {
  const auto by_scope = compare_scopes(a.scope, b.scope);
  return by_scope != 0 ? by_scope : a.number <=> b.number;
}

}  // namespace theus::journal

std::size_t std::hash<theus::journal::run_id>::operator()(
    const theus::journal::run_id& id) const noexcept {
  // The last eight bytes are random.
  std::size_t value;
  std::memcpy(&value, id.bytes.data() + 8, sizeof value);
  return value;
}
