#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <theus/codec/error.hpp>
#include <theus/value/value.hpp>

namespace theus {

// Bytes there are only in a document made of a value.
enum class json_kind : std::uint8_t { null, boolean, number, string, binary, array, object };

class json_document;

namespace detail {

// One value, or one key of an object, on the tape: nodes in document order, a container before
// what it holds. `span` counts the nodes of the value, itself included.
struct json_node {
  const char* text;    // number: its digits; string, bytes and key: themselves, unescaped
  std::uint32_t size;  // bytes of text; elements or members of a container; 1 for true
  std::uint32_t span;
  json_kind kind;
};

struct tape_builder;
struct value_tape;

}  // namespace detail

// A value inside a json_document: two pointers, valid as long as the document and its text.
class json_view {
 public:
  json_kind kind() const noexcept { return node_->kind; }
  bool is_null() const noexcept { return kind() == json_kind::null; }

  // Each throws codec_error with this value's path unless it is what the name says.
  bool boolean() const;
  std::int64_t integer(std::int64_t lowest, std::int64_t highest) const;
  std::uint64_t natural(std::uint64_t highest) const;
  double real() const;
  float real_float() const;
  std::string_view text() const;      // lives as long as the document and its text
  std::string_view raw() const;       // of bytes; the same
  value tree() const;                 // all of it; from text, by the form of theus/value/json.hpp
  theus::blob blob() const;           // {"$blob": …, "size": …}
  std::size_t expect_array() const;   // elements
  std::size_t expect_object() const;  // members

  // The digits of a number as they were written.
  std::string_view digits() const noexcept { return {node_->text, node_->size}; }

  // Elements of an array: first(), then next() while there are any left. Members of an object
  // alternate key, value, key, value; a key is a string.
  json_view first() const noexcept { return {document_, node_ + 1}; }
  json_view next() const noexcept { return {document_, node_ + node_->span}; }

  std::string path() const;
  // Throws codec_error with this value's path.
  [[noreturn]] void fail(codec_errc kind, std::string_view why) const;

 private:
  friend class json_document;
  json_view(const json_document* document, const detail::json_node* node)
      : document_(document), node_(node) {}
  [[noreturn]] void fail_type(std::string_view expected) const;

  const json_document* document_;
  const detail::json_node* node_;
};

// Looks members up by name. Asking in the order they were written costs one comparison each.
class json_members {
 public:
  explicit json_members(json_view object)
      : object_(object), count_(object.expect_object()), key_(object.first()) {}

  // True when the object has `name`; value() is then its value.
  bool find(std::string_view name);
  json_view value() const noexcept { return value_; }

 private:
  json_view object_;
  std::size_t count_;
  json_view key_;       // where the next search starts
  std::size_t at_ = 0;  // its number
  json_view value_ = object_;
};

// Parsed JSON. Refuses what a payload may not be: deep, large, duplicate keys, bad UTF-8, lone
// surrogates. Keeps numbers as text, so no digit is lost before their type is known. Strings
// without escapes are views into `text`, which must outlive the document. Memory: nothing on the
// heap for up to `inline_nodes` values, else 24 bytes a value.
class json_document {
 public:
  explicit json_document(std::string_view text, const codec_limits& limits = {});
  // Of a tree, which must outlive the document and stay as it is. Throws codec_error: too_deep;
  // too_large when texts, digits and the number of values exceed max_bytes together.
  template <std::same_as<value> Value>  // texts convert to values
  explicit json_document(const Value& v, const codec_limits& limits = {}) {
    lay(v, limits);
  }
  json_document(const json_document&) = delete;
  json_document& operator=(const json_document&) = delete;

  json_view root() const noexcept { return {this, nodes_}; }

 private:
  friend class json_view;
  friend struct detail::tape_builder;
  friend struct detail::value_tape;
  static constexpr std::size_t inline_nodes = 48;

  void lay(const value& v, const codec_limits& limits);
  void refuse_duplicate_keys() const;
  std::string path_of(const detail::json_node* node) const;

  std::array<detail::json_node, inline_nodes> inline_;  // written before it is read
  std::size_t count_ = 0;
  std::size_t capacity_ = inline_nodes;
  detail::json_node* nodes_ = inline_.data();
  std::unique_ptr<detail::json_node[]> heap_;
  std::unique_ptr<char[]> unescaped_;  // of a value: its digits
  std::unique_ptr<const value*[]>
      values_;  // of a value: what each node is; null for keys and inside blobs
};

}  // namespace theus
