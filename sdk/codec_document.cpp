#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>

#include <theus/codec/json_document.hpp>
#include <theus/value/json_pointer.hpp>
#include <theus/value/utf8.hpp>

namespace theus {
namespace detail {

// The handler of Boost.JSON's parser: lays the values out as a tape. While a container is open its
// `span` holds the index of the container around it.
struct tape_builder {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  using error_code = boost::json::error_code;
  using string_view = boost::json::string_view;

  json_document* document;
  std::string_view source;
  std::uint32_t open = 0;
  std::size_t unescaped_used = 0;
  std::size_t part_start = 0;  // of the string under way, in unescaped_

  json_node& push(json_kind kind, const char* text, std::size_t size) {
    json_document& d = *document;
    if (d.count_ == d.capacity_) grow();
    json_node& node = d.nodes_[d.count_++];
    node = {text, static_cast<std::uint32_t>(size), 1, kind};
    return node;
  }

  void grow() {
    json_document& d = *document;
    auto larger = std::make_unique_for_overwrite<json_node[]>(d.capacity_ * 2);
    std::copy_n(d.nodes_, d.count_, larger.get());
    d.heap_ = std::move(larger);
    d.nodes_ = d.heap_.get();
    d.capacity_ *= 2;
  }

  void begin_container(json_kind kind) {
    const auto index = static_cast<std::uint32_t>(document->count_);
    push(kind, nullptr, 0).span = open;
    open = index;
  }

  void end_container(std::size_t size) {
    json_node& node = document->nodes_[open];
    const auto around = node.span;
    node.size = static_cast<std::uint32_t>(size);
    node.span = static_cast<std::uint32_t>(document->count_) - open;
    open = around;
  }

  // Unescaped text is never longer than the source, so this buffer never moves.
  void add_part(string_view part) {
    auto& buffer = document->unescaped_;
    if (!buffer) buffer = std::make_unique_for_overwrite<char[]>(source.size());
    if (!part.empty()) std::memcpy(buffer.get() + unescaped_used, part.data(), part.size());
    unescaped_used += part.size();
  }

  void end_string(string_view last) {
    const std::less_equal<const char*> not_after;
    const bool whole = part_start == unescaped_used;
    if (whole && not_after(source.data(), last.data()) &&
        not_after(last.data() + last.size(), source.data() + source.size())) {
      push(json_kind::string, last.data(), last.size());
      return;
    }
    add_part(last);
    push(json_kind::string, document->unescaped_.get() + part_start, unescaped_used - part_start);
    part_start = unescaped_used;
  }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return begin_container(json_kind::object), true; }
  bool on_object_end(std::size_t size, error_code&) { return end_container(size), true; }
  bool on_array_begin(error_code&) { return begin_container(json_kind::array), true; }
  bool on_array_end(std::size_t size, error_code&) { return end_container(size), true; }
  bool on_key_part(string_view part, std::size_t, error_code&) { return add_part(part), true; }
  bool on_key(string_view last, std::size_t, error_code&) { return end_string(last), true; }
  bool on_string_part(string_view part, std::size_t, error_code&) { return add_part(part), true; }
  bool on_string(string_view last, std::size_t, error_code&) { return end_string(last), true; }
  // The text is complete because the parser is given all of it at once.
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t, string_view text, error_code&) { return number(text); }
  bool on_uint64(std::uint64_t, string_view text, error_code&) { return number(text); }
  bool on_double(double, string_view text, error_code&) { return number(text); }
  bool number(string_view text) {
    push(json_kind::number, text.data(), text.size());
    return true;
  }
  bool on_bool(bool value, error_code&) {
    push(json_kind::boolean, nullptr, value ? 1 : 0);
    return true;
  }
  bool on_null(error_code&) {
    push(json_kind::null, nullptr, 0);
    return true;
  }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }
};

}  // namespace detail

namespace {

using boost::json::error;

codec_errc kind_of(const boost::json::error_code& failure) {
  if (failure == error::too_deep) return codec_errc::too_deep;
  if (failure == error::exponent_overflow) return codec_errc::out_of_range;
  return codec_errc::syntax;
}

[[noreturn]] void refuse_text(std::string_view text, std::size_t offset, codec_errc kind,
                              std::string sentence) {
  // The parser calls bad UTF-8 a syntax error; it stops at most one character after it.
  const std::size_t end = std::min(text.size(), offset + 1);
  for (std::size_t at = 0; kind == codec_errc::syntax && at < end;) {
    const std::size_t length = detail::utf8_length(text.substr(at));
    if (length == 0) {
      kind = codec_errc::invalid_utf8;
      offset = at;
      sentence = "a string is not UTF-8";
    }
    at += length;
  }
  const std::string_view before = text.substr(0, offset);
  const auto line = 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
  throw codec_error(kind, line, offset, sentence);
}

}  // namespace

json_document::json_document(std::string_view text, const codec_limits& limits) {
  if (text.size() > std::min<std::size_t>(limits.max_bytes, std::numeric_limits<int>::max()))
    throw codec_error(codec_errc::too_large, "",
                      std::to_string(text.size()) + " bytes exceed the limit of " +
                          std::to_string(limits.max_bytes));
  boost::json::parse_options options;
  options.max_depth = limits.max_depth;
  boost::json::basic_parser<detail::tape_builder> parser(options);
  parser.handler().document = this;
  parser.handler().source = text;
  boost::json::error_code failure;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), failure);
  if (failure) {
    const codec_errc kind = kind_of(failure);
    refuse_text(text, used, kind,
                kind == codec_errc::too_deep
                    ? "more than " + std::to_string(limits.max_depth) + " levels are nested"
                    : failure.message());
  }
  if (used != text.size())
    refuse_text(text, used, codec_errc::syntax, "text after the end of the value");
  refuse_duplicate_keys();
}

void json_document::refuse_duplicate_keys() const {
  constexpr std::uint32_t few = 16;
  std::vector<std::string_view> sorted;
  for (std::size_t index = 0; index < count_; ++index) {
    const detail::json_node& node = nodes_[index];
    if (node.kind != json_kind::object || node.size < 2) continue;
    bool duplicate = false;
    const json_view first = json_view(this, &node).first();
    sorted.clear();
    json_view key = first;
    for (std::uint32_t i = 0; i < node.size && !duplicate; ++i, key = key.next().next()) {
      if (node.size > few) {
        sorted.push_back(key.text());
        continue;
      }
      json_view earlier = first;
      for (std::uint32_t j = 0; j < i; ++j, earlier = earlier.next().next())
        duplicate = duplicate || earlier.text() == key.text();
    }
    std::ranges::sort(sorted);
    duplicate = duplicate || std::ranges::adjacent_find(sorted) != sorted.end();
    if (duplicate)
      json_view(this, &node).fail(codec_errc::duplicate_key, "the object names a key twice");
  }
}

std::string json_document::path_of(const detail::json_node* target) const {
  std::string pointer;
  json_view at = root();
  while (at.node_ != target) {
    const bool object = at.kind() == json_kind::object;
    json_view child = at.first();
    for (std::size_t i = 0;; ++i) {
      const json_view key = child;
      if (object) child = child.next();
      if (target < child.node_ + child.node_->span) {
        if (object)
          detail::append_pointer_token(pointer, key.text());
        else
          detail::append_pointer_token(pointer, std::to_string(i));
        if (key.node_ == target) return pointer;
        break;
      }
      child = child.next();
    }
    at = child;
  }
  return pointer;
}

}  // namespace theus
