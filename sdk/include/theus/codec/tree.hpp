#pragma once

#include <cstddef>
#include <type_traits>

#include <theus/codec/json_document.hpp>
#include <theus/codec/read.hpp>
#include <theus/codec/recordable.hpp>
#include <theus/codec/value_writer.hpp>
#include <theus/codec/write.hpp>
#include <theus/value/value.hpp>

// C++ types as trees of values and back, in the forms of docs/payloads.md, except that numbers,
// bytes and theus::value stay what they are. from_value<T>(to_value(x)) is x, bit for bit for
// doubles. Safe on any thread.
namespace theus {

// What from_value reads: bytes of texts and keys, 24 for a number, 1 for each value and key; those
// counted again that stand in several places, for few nodes can describe a tree of any size.
inline constexpr codec_limits tree_limits{.max_bytes = std::size_t{64} << 20,
                                          .max_depth = value_limits::depth};

// Throws codec_error, naming the path: out_of_range for integers beyond 2^63 - 1, invalid_utf8,
// too_deep, too_large (value_limits).
template <recordable T>
value to_value(const T& from) {
  if constexpr (std::is_same_v<T, value>) {
    return from;
  } else {
    value_writer writer;
    detail::write_value(writer, from);
    return writer.finish();
  }
}

// Reads a T by rule 13: missing members keep what T{} gives them, unknown ones are ignored. Throws
// codec_error, naming the path.
template <recordable T>
T from_value(const value& from, const codec_limits& limits = tree_limits) {
  if constexpr (std::is_same_v<T, value>) {
    return from;
  } else {
    const json_document document(from, limits);
    return detail::read_value<T>(document.root());
  }
}

// The same calls with a type that cannot be recorded: they fail to compile, and say why.
template <class T>
  requires(!recordable<T>)
value to_value(const T&) {
  static_assert(require_recordable<T>());
  return {};
}
template <class T>
  requires(!recordable<T>)
void from_value(const value&, const codec_limits& = tree_limits) {
  static_assert(require_recordable<T>());
}

}  // namespace theus
