#include <bit>
#include <cmath>
#include <limits>

#include <theus/value/utf8.hpp>
#include <theus/value/value.hpp>

#include "access.hpp"
#include "blob_node.hpp"
#include "digest.hpp"
#include "equal.hpp"
#include "refuse.hpp"
#include "text_node.hpp"

namespace theus {
namespace {

bool is_utf8(std::string_view text) noexcept {
  while (text.size() >= 8) {  // mostly ASCII
    std::uint64_t word;
    std::memcpy(&word, text.data(), 8);
    if (word & 0x8080'8080'8080'8080) break;
    text.remove_prefix(8);
  }
  while (!text.empty()) {
    const std::size_t length = detail::utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

namespace tree {

text_node* make_text(std::string_view content, bool is_string) {
  const bool own_node = content.size() > text_in_parent;
  const std::size_t bytes =
      sizeof(text_node) + content.size() + (own_node ? sizeof(digest_bytes) : 0);
  auto* const n = new (::operator new(bytes)) text_node(content.size(), is_string);
  std::memcpy(n->data(), content.data(), content.size());
  return n;
}

}  // namespace tree

const char* name(value_kind kind) {
  switch (kind) {
    case value_kind::null:
      return "null";
    case value_kind::boolean:
      return "a boolean";
    case value_kind::integer:
      return "an integer";
    case value_kind::real:
      return "a real number";
    case value_kind::string:
      return "a string";
    case value_kind::bytes:
      return "bytes";
    case value_kind::list:
      return "a list";
    case value_kind::map:
      return "a map";
    case value_kind::blob:
      return "a blob";
  }
  return "unknown";
}

value::value(double v) noexcept
    : tag_(tag::real),
      size_(0),
      text_{},
      real_(std::isnan(v) ? std::bit_cast<double>(0x7FF8'0000'0000'0000) : v) {}

value::value(tag short_tag, std::string_view content)
    : tag_(short_tag), size_(0), text_{}, integer_(0) {
  if (content.size() > value_limits::text_bytes)
    tree::refuse_limit("bytes of a string", content.size(), value_limits::text_bytes);
  if (short_tag == tag::short_string && !is_utf8(content))
    tree::refuse(errc::bad_input, "a string is not UTF-8; keep it as bytes");
  if (content.size() <= short_bytes) {
    size_ = static_cast<std::uint8_t>(content.size());
    if (!content.empty())
      std::memcpy(reinterpret_cast<char*>(this) + 2, content.data(), content.size());
    return;
  }
  tree::node* const n = tree::make_text(content, short_tag == tag::short_string);
  std::memcpy(reinterpret_cast<char*>(this) + 8, &n, sizeof n);
  tag_ = short_tag == tag::short_string ? tag::long_string : tag::long_bytes;
}

value::value(const theus::blob& v) : tag_(tag::null), size_(0), text_{}, integer_(0) {
  if (v.size > theus::blob::most_bytes)
    tree::refuse_limit("bytes of a blob", v.size, theus::blob::most_bytes);
  if (const char* const fault = fault_of(v)) tree::refuse(errc::bad_input, fault);
  tree::node* const n = new (::operator new(sizeof(tree::blob_node))) tree::blob_node(v);
  std::memcpy(reinterpret_cast<char*>(this) + 8, &n, sizeof n);
  tag_ = tag::blob;
}

void value::refuse_unsigned() {
  tree::refuse(errc::limit_exceeded, "an unsigned number exceeds the limit of 2^63 - 1");
}

void value::refuse_kind(value_kind wanted) const {
  tree::refuse(errc::wrong_type,
               std::string("expected ") + name(wanted) + ", found " + name(kind()));
}

std::string_view value::content() const noexcept {
  if (tag_ < tag::long_string) return {reinterpret_cast<const char*>(this) + 2, size_};
  return static_cast<const tree::text_node*>(held())->view();
}

bool value::as_boolean() const {
  if (tag_ != tag::boolean) refuse_kind(value_kind::boolean);
  return integer_ != 0;
}

std::int64_t value::as_integer() const {
  if (tag_ != tag::integer) refuse_kind(value_kind::integer);
  return integer_;
}

double value::as_real() const {
  if (tag_ != tag::real) refuse_kind(value_kind::real);
  return real_;
}

std::string_view value::as_string() const {
  if (kind() != value_kind::string) refuse_kind(value_kind::string);
  return content();
}

std::span<const std::byte> value::as_bytes() const {
  if (kind() != value_kind::bytes) refuse_kind(value_kind::bytes);
  return std::as_bytes(std::span(content()));
}

const list& value::as_list() const {
  if (tag_ != tag::list) refuse_kind(value_kind::list);
  return list_;
}

const map& value::as_map() const {
  if (tag_ != tag::map) refuse_kind(value_kind::map);
  return map_;
}

blob value::as_blob() const {
  if (tag_ != tag::blob) refuse_kind(value_kind::blob);
  return static_cast<const tree::blob_node*>(held())->content;
}

list& value::edit_list() {
  if (tag_ != tag::list) refuse_kind(value_kind::list);
  return list_;
}

map& value::edit_map() {
  if (tag_ != tag::map) refuse_kind(value_kind::map);
  return map_;
}

unsigned value::depth() const noexcept {
  if (tag_ < tag::list) return 0;
  const tree::node* const n = held();
  return n == nullptr ? 1 : n->depth + 1u;
}

bool operator==(const value& a, const value& b) noexcept {
  if (std::memcmp(static_cast<const void*>(&a), static_cast<const void*>(&b), sizeof a) == 0)
    return true;
  if (a.tag_ != b.tag_ || a.tag_ < value::tag::long_string) return false;
  return tree::same_node(a.held(), b.held());
}

}  // namespace theus
