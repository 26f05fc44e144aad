#pragma once

#include <theus/value/flat.hpp>

#include "bytes.hpp"

// Values inside flat forms, version 1; it never changes. Tags are those of encoding.hpp, but a
// string or bytes of any length stand in their place, and so do a list and a map: a length and the
// elements; a length and the entries, sorted by key.
namespace theus::tree {

// The first byte of a form: the upper half is the version, as in a node's, and the others are no
// node's.
enum class flat_tag : std::uint8_t { value = 0x18, patch = 0x19 };

void write_flat(std::string& out, const value& v);

// Reads values and counts them. Throws error_exception as decode_flat() refuses.
class flat_reader : public byte_reader {
 public:
  flat_reader(std::string_view bytes, flat_tag form, const char* of, const flat_limits& limits);

  // A value that stands below `above` containers.
  value read(unsigned above);
  // What is announced and takes at least `bytes_each`.
  std::size_t count(std::size_t bytes_each, std::size_t most, const char* limit);

 private:
  value read_list(unsigned above);
  value read_map(unsigned above);

  std::size_t values_left_;
  std::size_t most_values_;
};

}  // namespace theus::tree
