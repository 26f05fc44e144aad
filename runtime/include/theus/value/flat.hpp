#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <theus/journal/errc.hpp>
#include <theus/value/value.hpp>

// A value in one piece of bytes, for records, rows and messages: no nodes, no hashes, everything in
// its place. docs/context-tree.md has the bytes. One value has one form, everywhere.
namespace theus {

struct flat_limits {
  std::size_t bytes = std::size_t{1} << 30;  // of the whole form
  std::size_t values = 100'000'000;          // in it, each of which takes 16 bytes and more
};

std::string encode_flat(const value& v);

// Accepts exactly what encode_flat() writes; allocates in proportion to the bytes.
// Errors: errc::corrupt, errc::unknown_version, errc::limit_exceeded (also of value_limits).
result<value> decode_flat(std::string_view bytes, const flat_limits& limits = {});

}  // namespace theus
