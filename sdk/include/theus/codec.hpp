#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include <theus/codec/bytes.hpp>
#include <theus/codec/error.hpp>
#include <theus/codec/json_document.hpp>
#include <theus/codec/json_writer.hpp>
#include <theus/codec/read.hpp>
#include <theus/codec/recordable.hpp>
#include <theus/codec/tree.hpp>
#include <theus/codec/uuid.hpp>
#include <theus/codec/write.hpp>

// Payloads: how arguments, results, errors and loop state are written to the journal. The form is
// described in docs/payloads.md. decode(encode(x)) gives back x, bit for bit for doubles, and
// equal values of one type give equal bytes on every compiler. Safe on any thread.
namespace theus {

// What a void result is recorded as.
inline constexpr std::string_view void_payload = "null";
// Most payloads fit what encode reserves at once.
inline constexpr std::size_t payload_reserve_bytes = 96;

// Appends the canonical JSON of `value`; `out` is unchanged when it throws codec_error.
template <recordable T>
void encode_to(std::string& out, const T& value, const codec_limits& limits = {}) {
  json_writer writer(out, limits);
  detail::write_value(writer, value);
  writer.finish();
}

template <recordable T>
std::string encode(const T& value, const codec_limits& limits = {}) {
  std::string out;
  out.reserve(payload_reserve_bytes);
  encode_to(out, value, limits);
  return out;
}

// Reads a T. Missing members keep what T{} gives them, unknown ones are ignored (rule 13).
// decode<void> accepts any JSON: a result nobody reads any more. Throws codec_error.
template <class T>
  requires(recordable<T> || std::is_void_v<T>)
T decode(std::string_view json, const codec_limits& limits = {}) {
  const json_document document(json, limits);
  if constexpr (!std::is_void_v<T>) return detail::read_value<T>(document.root());
}

// The arguments of a call, as one JSON array.
template <class... Ts>
  requires(recordable<Ts> && ...)
std::string encode_arguments(const Ts&... arguments) {
  std::string out;
  out.reserve(payload_reserve_bytes);
  json_writer writer(out);
  writer.begin_array();
  (detail::write_value(writer, arguments), ...);
  writer.end_array();
  writer.finish();
  return out;
}

// Rule 13 for arguments: a trailing one that was not recorded is nullopt when its type is
// std::optional and an error otherwise; recorded ones beyond the last are ignored.
template <class... Ts>
  requires(recordable<Ts> && ...)
std::tuple<Ts...> decode_arguments(std::string_view json, const codec_limits& limits = {}) {
  const json_document document(json, limits);
  return detail::read_tuple<std::tuple<Ts...>>(document.root());
}

// The same calls with a type that cannot be recorded: they fail to compile, and say why.
template <class T>
  requires(!recordable<T>)
std::string encode(const T&, const codec_limits& = {}) {
  static_assert(require_recordable<T>());
  return {};
}
template <class T>
  requires(!recordable<T>)
void encode_to(std::string&, const T&, const codec_limits& = {}) {
  static_assert(require_recordable<T>());
}
template <class T>
  requires(!recordable<T> && !std::is_void_v<T>)
void decode(std::string_view, const codec_limits& = {}) {
  static_assert(require_recordable<T>());
}
template <class... Ts>
  requires(!(recordable<Ts> && ...))
std::string encode_arguments(const Ts&...) {
  static_assert((require_recordable<Ts>() && ...));
  return {};
}
template <class... Ts>
  requires(!(recordable<Ts> && ...))
void decode_arguments(std::string_view, const codec_limits& = {}) {
  static_assert((require_recordable<Ts>() && ...));
}

}  // namespace theus
