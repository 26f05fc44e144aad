#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <theus/journal/errc.hpp>
#include <theus/value/value.hpp>

#include "refuse.hpp"

// What all stored forms of values are written with and read by: little-endian numbers, lengths as
// LEB128 of least bytes, texts as their length and bytes.
namespace theus::tree {

template <class Tag>
void put_byte(std::string& out, Tag byte) {
  out.push_back(static_cast<char>(byte));
}

inline void put_number(std::string& out, std::uint64_t number, unsigned bytes) {
  char little_endian[8];
  for (unsigned i = 0; i < bytes; ++i) little_endian[i] = static_cast<char>(number >> (8 * i));
  out.append(little_endian, bytes);
}

inline void put_length(std::string& out, std::uint64_t length) {
  for (; length >= 0x80; length >>= 7) put_byte(out, (length & 0x7F) | 0x80);
  put_byte(out, length);
}

inline void put_text(std::string& out, std::string_view text) {
  put_length(out, text.size());
  out.append(text);
}

// Of a null, boolean, integer, real or blob: its tag and what follows.
void put_scalar(std::string& out, const value& v);

inline void put_hash(std::string& out, const journal::hash256& hash) {
  out.append(reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size());
}

// Reads bytes from their beginning. What is not as it should be throws errc::corrupt, saying of
// what: "a stored node", …
class byte_reader {
 public:
  byte_reader(std::string_view bytes, const char* of) : left_(bytes), of_(of) {}

  std::size_t left() const noexcept { return left_.size(); }
  const char* of() const noexcept { return of_; }

  [[noreturn]] void corrupt(const char* why) const {
    refuse(errc::corrupt, std::string(of_) + " is not one: " + why);
  }
  void require(bool holds, const char* otherwise) const {
    if (!holds) corrupt(otherwise);
  }

  // Views of the bytes.
  std::string_view take(std::size_t count) {
    require(count <= left_.size(), "it ends too early");
    const std::string_view taken = left_.substr(0, count);
    left_.remove_prefix(count);
    return taken;
  }

  std::uint64_t number(unsigned bytes) {
    std::uint64_t n = 0;
    const std::string_view taken = take(bytes);
    for (unsigned i = 0; i < bytes; ++i)
      n |= std::uint64_t{static_cast<unsigned char>(taken[i])} << (8 * i);
    return n;
  }

  std::uint64_t length(unsigned bits = 35);                    // at most that many
  double real();                                               // eight bytes; one NaN only
  value text(std::string_view content, bool is_string) const;  // a string is UTF-8
  journal::hash256 hash();                                     // 32 bytes
  theus::blob blob();                                          // size and hash
  std::string_view key();                                      // value_limits::key_bytes, UTF-8

  void require_end() const { require(left_.empty(), "there are bytes behind its end"); }

 private:
  std::string_view left_;
  const char* of_;
};

}  // namespace theus::tree
