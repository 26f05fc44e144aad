#include "codec_tree.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>
#include <utility>

#include <theus/codec/json_writer.hpp>
#include <theus/journal/errc.hpp>
#include <theus/value/base64.hpp>

namespace theus {
namespace {

constexpr std::string_view bytes_key = "$bytes";
constexpr std::string_view map_key = "$map";
constexpr std::string_view blob_key = "$blob";
constexpr std::string_view size_key = "size";
constexpr std::size_t id_digits = 64;
constexpr std::size_t most_digits = 24;  // of an integer or the shortest form of a double

bool names_form(std::string_view key) { return key == bytes_key || key == map_key; }

// Of an object with two members, which may come in any order.
bool is_blob(json_view object) {
  if (object.expect_object() != 2) return false;
  const json_view first = object.first();
  const std::string_view one = first.text(), other = first.next().next().text();
  return (one == blob_key && other == size_key) || (one == size_key && other == blob_key);
}

std::size_t print(char* into, const value& number) {
  char* const end = number.kind() == value_kind::integer
                        ? std::to_chars(into, into + most_digits, number.as_integer()).ptr
                        : std::to_chars(into, into + most_digits, number.as_real()).ptr;
  return static_cast<std::size_t>(end - into);
}

value tree_of(json_view in, bool forms);

value map_of(json_view object, bool forms) {
  map m;
  json_view key = object.first();
  for (std::size_t i = object.expect_object(); i > 0; --i, key = key.next().next()) {
    value item = tree_of(key.next(), forms);
    m.put(key.text(), std::move(item));
  }
  return m;
}

value bytes_of(json_view text) {
  std::vector<std::byte> raw;
  if (!from_base64(text.text(), raw)) text.fail(codec_errc::malformed_text, "not base64");
  return std::span<const std::byte>(raw);
}

value object_of(json_view object, bool forms) {
  if (is_blob(object)) return object.blob();
  const json_view key = object.first();
  if (!forms || object.expect_object() != 1 || !names_form(key.text()))
    return map_of(object, forms);
  if (key.text() == bytes_key) return bytes_of(key.next());
  (void)key.next().expect_object();
  return map_of(key.next(), forms);
}

value number_of(json_view number) {
  if (number.digits().find_first_of(".eE") != std::string_view::npos) return number.real();
  return number.integer(std::numeric_limits<std::int64_t>::min(),
                        std::numeric_limits<std::int64_t>::max());
}

value tree_of(json_view in, bool forms) {
  try {
    switch (in.kind()) {
      case json_kind::null:
        return nullptr;
      case json_kind::boolean:
        return in.boolean();
      case json_kind::number:
        return number_of(in);
      case json_kind::string:
        return in.text();
      case json_kind::binary:
        return std::as_bytes(std::span(in.raw()));
      case json_kind::array: {
        list l;
        json_view element = in.first();
        for (std::size_t i = in.expect_array(); i > 0; --i, element = element.next())
          l.push_back(tree_of(element, forms));
        return l;
      }
      case json_kind::object:
        break;
    }
    return object_of(in, forms);
  } catch (const error_exception& e) {
    in.fail(codec_errc::too_large, e.what());
  }
}

// What a document made of a value needs, found before anything is allocated: few nodes can describe
// a tree of any size.
struct size_of_tree {
  std::size_t most;
  std::size_t nodes = 0;
  std::size_t digits = 0;
  std::size_t texts = 0;

  void count(const value& v) {
    ++nodes;
    switch (v.kind()) {
      case value_kind::integer:
      case value_kind::real:
        digits += most_digits;
        break;
      case value_kind::string:
        texts += v.as_string().size();
        break;
      case value_kind::bytes:
        texts += v.as_bytes().size();
        break;
      case value_kind::blob:
        nodes += 4;
        digits += id_digits + most_digits;
        break;
      case value_kind::list:
        for (const value& element : v.as_list()) count(element);
        break;
      case value_kind::map:
        for (const auto& [key, item] : v.as_map()) {
          ++nodes;
          texts += key.size();
          count(item);
        }
        break;
      default:
        break;
    }
    if (nodes + digits + texts > most)
      throw codec_error(codec_errc::too_large, "",
                        "the value exceeds the limit of " + std::to_string(most) + " bytes");
  }
};

}  // namespace

namespace detail {

value plain_value(json_view in) { return tree_of(in, false); }
value formed_value(json_view in) { return tree_of(in, true); }

// Lays a value out as a tape.
struct value_tape {
  json_document& document;
  char* digits;

  json_node& push(json_kind kind, std::string_view text, const value* v) {
    if (v != nullptr) document.values_[document.count_] = v;
    json_node& node = document.nodes_[document.count_++];
    node = {text.data(), static_cast<std::uint32_t>(text.size()), 1, kind};
    return node;
  }

  void lay(const value& v) {
    switch (v.kind()) {
      case value_kind::null:
        push(json_kind::null, {}, &v);
        return;
      case value_kind::boolean:
        push(json_kind::boolean, {}, &v).size = v.as_boolean() ? 1 : 0;
        return;
      case value_kind::integer:
      case value_kind::real: {
        const std::size_t size = print(digits, v);
        push(json_kind::number, {digits, size}, &v);
        digits += size;
        return;
      }
      case value_kind::string:
        push(json_kind::string, v.as_string(), &v);
        return;
      case value_kind::bytes: {
        const std::span<const std::byte> raw = v.as_bytes();
        push(json_kind::binary, {reinterpret_cast<const char*>(raw.data()), raw.size()}, &v);
        return;
      }
      case value_kind::blob:
        return lay(v, v.as_blob());
      case value_kind::list: {
        json_node& node = push(json_kind::array, {}, &v);
        for (const value& element : v.as_list()) lay(element);
        return finish(node, v.as_list().size());
      }
      case value_kind::map: {
        json_node& node = push(json_kind::object, {}, &v);
        for (const auto& [key, item] : v.as_map()) {
          push(json_kind::string, key, nullptr);
          lay(item);
        }
        return finish(node, v.as_map().size());
      }
    }
  }

  void lay(const value& v, const blob& b) {
    json_node& node = push(json_kind::object, {}, &v);
    push(json_kind::string, blob_key, nullptr);
    const std::string id = b.id();
    std::memcpy(digits, id.data(), id.size());
    push(json_kind::string, {digits, id.size()}, nullptr);
    digits += id.size();
    push(json_kind::string, size_key, nullptr);
    const std::size_t size = print(digits, static_cast<std::int64_t>(b.size));
    push(json_kind::number, {digits, size}, nullptr);
    digits += size;
    finish(node, 2);
  }

  void finish(json_node& node, std::size_t size) {
    node.size = static_cast<std::uint32_t>(size);
    node.span = static_cast<std::uint32_t>(document.nodes_ + document.count_ - &node);
  }
};

}  // namespace detail

void json_document::lay(const value& v, const codec_limits& limits) {
  size_of_tree needs{std::min<std::size_t>(limits.max_bytes, std::numeric_limits<int>::max())};
  needs.count(v);
  if (v.depth() > limits.max_depth)
    throw codec_error(codec_errc::too_deep, "",
                      "more than " + std::to_string(limits.max_depth) + " levels are nested");
  if (needs.nodes > capacity_) {
    heap_ = std::make_unique_for_overwrite<detail::json_node[]>(needs.nodes);
    nodes_ = heap_.get();
    capacity_ = needs.nodes;
  }
  values_ = std::make_unique<const value*[]>(needs.nodes);
  if (needs.digits != 0) unescaped_ = std::make_unique_for_overwrite<char[]>(needs.digits);
  detail::value_tape{*this, unescaped_.get()}.lay(v);
}

value json_view::tree() const {
  if (document_->values_) {
    const value* const v = document_->values_[node_ - document_->nodes_];
    if (v != nullptr) return *v;
  }
  return detail::formed_value(*this);
}

blob json_view::blob() const {
  json_members members(*this);
  if (!members.find(blob_key)) fail(codec_errc::missing, "the blob lacks its $blob");
  const json_view id = members.value();
  const auto hash = parse_blob_id(id.text());
  if (!hash) id.fail(codec_errc::malformed_text, "not the 64 hex digits of a blob");
  if (!members.find(size_key)) fail(codec_errc::missing, "the blob lacks its size");
  const theus::blob found{*hash, members.value().natural(theus::blob::most_bytes)};
  if (const char* const fault = fault_of(found)) fail(codec_errc::out_of_range, fault);
  return found;
}

void json_writer::blob(const theus::blob& v) {
  if (const char* const fault = fault_of(v)) fail(codec_errc::out_of_range, fault);
  begin_object();
  name(blob_key);
  text(v.id());
  name(size_key);
  natural(v.size);
  end_object();
}

void json_writer::tree(const value& v) {
  if (out_.size() - start_ > limits_.max_bytes)
    fail(codec_errc::too_large,
         "the value exceeds the limit of " + std::to_string(limits_.max_bytes) + " bytes");
  switch (v.kind()) {
    case value_kind::null:
      return null();
    case value_kind::boolean:
      return boolean(v.as_boolean());
    case value_kind::integer:
      return integer(v.as_integer());
    case value_kind::real: {
      if (!std::isfinite(v.as_real())) return real(v.as_real());  // refuses it
      char text[most_digits + 2];
      std::size_t size = print(text, v);
      // So that it is read as what it is.
      if (std::string_view(text, size).find_first_of(".e") == std::string_view::npos) {
        std::memcpy(text + size, ".0", 2);
        size += 2;
      }
      return digits({text, size});
    }
    case value_kind::string:
      return text(v.as_string());
    case value_kind::bytes:
      begin_object();
      name(bytes_key);
      text(to_base64(v.as_bytes()));
      return end_object();
    case value_kind::blob:
      return blob(v.as_blob());
    case value_kind::list:
      begin_array();
      for (const value& element : v.as_list()) tree(element);
      return end_array();
    case value_kind::map:
      return tree_map(v.as_map());
  }
}

void json_writer::tree_map(const map& m) {
  std::vector<std::pair<std::string_view, const value*>> entries;
  entries.reserve(m.size());
  for (const auto& [key, item] : m) entries.emplace_back(key, &item);
  std::ranges::sort(entries, {}, [](const auto& e) { return e.first; });
  const bool wrapped = entries.size() == 1 ? names_form(entries[0].first)
                                           : entries.size() == 2 && entries[0].first == blob_key &&
                                                 entries[1].first == size_key;
  if (wrapped) {
    begin_object();
    name(map_key);
  }
  begin_object();
  for (const auto& [key_text, item] : entries) {
    key(key_text);
    tree(*item);
  }
  end_object();
  if (wrapped) end_object();
}

}  // namespace theus
