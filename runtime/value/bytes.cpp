#include "bytes.hpp"

#include <bit>
#include <cmath>
#include <span>

#include "encoding.hpp"

namespace theus::tree {

void put_scalar(std::string& out, const value& v) {
  switch (v.kind()) {
    case value_kind::boolean:
      return put_byte(out, v.as_boolean() ? value_tag::true_ : value_tag::false_);
    case value_kind::integer:
      put_byte(out, value_tag::integer);
      return put_number(out, static_cast<std::uint64_t>(v.as_integer()), 8);
    case value_kind::real:
      put_byte(out, value_tag::real);
      return put_number(out, std::bit_cast<std::uint64_t>(v.as_real()), 8);
    case value_kind::blob:
      put_byte(out, value_tag::blob);
      put_length(out, v.as_blob().size);
      return put_hash(out, v.as_blob().hash);
    default:
      return put_byte(out, value_tag::null);
  }
}

std::uint64_t byte_reader::length(unsigned bits) {
  std::uint64_t n = 0;
  for (unsigned shift = 0; shift < bits; shift += 7) {
    const std::uint64_t byte = number(1);
    n |= (byte & 0x7F) << shift;
    if (byte < 0x80) {
      require(byte != 0 || shift == 0, "a length has more bytes than it needs");
      return n;
    }
  }
  corrupt("a length is too large");
}

double byte_reader::real() {
  const std::uint64_t bits = number(8);
  const auto number = std::bit_cast<double>(bits);
  require(!std::isnan(number) || bits == 0x7FF8'0000'0000'0000, "a NaN is not the one there is");
  return number;
}

value byte_reader::text(std::string_view content, bool is_string) const {
  if (!is_string) return std::as_bytes(std::span(content));
  try {
    return content;
  } catch (const error_exception& e) {
    if (e.code() == errc::bad_input) corrupt("a string is not UTF-8");
    throw;
  }
}

journal::hash256 byte_reader::hash() {
  journal::hash256 hash;
  std::memcpy(hash.bytes.data(), take(hash.bytes.size()).data(), hash.bytes.size());
  return hash;
}

theus::blob byte_reader::blob() {
  theus::blob b;
  b.size = length(42);
  b.hash = hash();
  if (const char* const fault = fault_of(b)) corrupt(fault);
  return b;
}

std::string_view byte_reader::key() {
  const std::uint64_t size = length();
  require(size <= value_limits::key_bytes, "a key is too long");
  const std::string_view content = take(size);
  (void)text(content, true);
  return content;
}

}  // namespace theus::tree
