#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include <theus/value/value.hpp>

#include "word.hpp"

namespace theus::tree {

struct access {
  // A value's own 16 bytes: they decide whether it is a certain short string.
  struct image {
    std::uint64_t low, high;

    // The first or last eight bytes, the first of them the lowest.
    std::uint64_t number(int half) const noexcept {
      const std::uint64_t bytes = half == 0 ? low : high;
      return std::endian::native == std::endian::big ? __builtin_bswap64(bytes) : bytes;
    }
    friend bool operator==(const image& a, const image& b) noexcept {
      return ((a.low ^ b.low) | (a.high ^ b.high)) == 0;
    }
  };
  static constexpr std::size_t short_bytes = value::short_bytes;
  // The first byte of a short string's image. Keys' hashes begin with it, so it never changes.
  static constexpr std::uint64_t short_string_tag = 4;
  static_assert(static_cast<std::uint64_t>(value::tag::short_string) == short_string_tag);

  static image image_of(const value& v) noexcept {
    image i;
    std::memcpy(&i, static_cast<const void*>(&v), sizeof i);
    return i;
  }

  // Of the value that `text` would be; of no meaning when it is long.
  static image image_of(std::string_view text) noexcept {
    if (text.size() > short_bytes) return {};
    const std::uint64_t first = text.size() < 8 ? load_tail(text) : load_word(text.data());
    const std::uint64_t second = text.size() > 8 ? load_tail(text) : 0;
    image i{short_string_tag | text.size() << 8 | first << 16, first >> 48 | second << 16};
    if constexpr (std::endian::native == std::endian::big) {
      i.low = __builtin_bswap64(i.low);
      i.high = __builtin_bswap64(i.high);
    }
    return i;
  }

  static node* root(const map& m) noexcept { return m.root_.get(); }
  static node* root(const list& l) noexcept { return l.root_.get(); }
  static node*& slot(map& m) noexcept { return m.root_.slot(); }
  static node*& slot(list& l) noexcept { return l.root_.slot(); }

  // The node a value holds: of a long text, or the root of a container that is not empty.
  static node* held(const value& v) noexcept { return v.held(); }

  // Of a string or bytes, whatever its length.
  static std::string_view text(const value& v) noexcept { return v.content(); }

  static map map_of(node* owned) noexcept {
    map m;
    m.root_ = handle(owned);
    return m;
  }
  static list list_of(node* owned) noexcept {
    list l;
    l.root_ = handle(owned);
    return l;
  }
};

}  // namespace theus::tree
