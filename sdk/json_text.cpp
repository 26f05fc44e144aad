#include <charconv>
#include <string>

#include <theus/codec/json_document.hpp>
#include <theus/codec/json_writer.hpp>
#include <theus/json_text.hpp>

namespace theus {
namespace {

bool fits_64_bits(std::string_view digits) {
  if (digits.find_first_of(".eE") != std::string_view::npos) return false;
  const char* const end = digits.data() + digits.size();
  std::int64_t as_signed = 0;
  std::uint64_t as_unsigned = 0;
  return std::from_chars(digits.data(), end, as_signed).ec == std::errc() ||
         std::from_chars(digits.data(), end, as_unsigned).ec == std::errc();
}

void write(json_writer& out, json_view value) {
  switch (value.kind()) {
    case json_kind::null:
      out.null();
      return;
    case json_kind::boolean:
      out.boolean(value.boolean());
      return;
    case json_kind::string:
      out.text(value.text());
      return;
    case json_kind::number:
      if (fits_64_bits(value.digits()))
        out.digits(value.digits());
      else
        out.real(value.real());
      return;
    case json_kind::binary:
      value.fail(codec_errc::wrong_type, "JSON text has no bytes");
    case json_kind::array: {
      out.begin_array();
      json_view element = value.first();
      for (std::size_t i = value.expect_array(); i > 0; --i, element = element.next())
        write(out, element);
      out.end_array();
      return;
    }
    case json_kind::object: {
      out.begin_object();
      json_view key = value.first();
      for (std::size_t i = value.expect_object(); i > 0; --i, key = key.next().next()) {
        out.key(key.text());
        write(out, key.next());
      }
      out.end_object();
      return;
    }
  }
}

void new_line(std::string& out, std::size_t depth) {
  out += '\n';
  out.append(2 * depth, ' ');
}

}  // namespace

std::string canonical_json(std::string_view text, const codec_limits& limits) {
  const json_document document(text, limits);
  std::string out;
  out.reserve(text.size());
  // Shorter or as long in nearly every case; what was accepted is never refused for its new size.
  json_writer writer(out,
                     {.max_bytes = static_cast<std::size_t>(-1), .max_depth = limits.max_depth});
  write(writer, document.root());
  writer.finish();
  return out;
}

std::string pretty_json(std::string_view text, const codec_limits& limits) {
  return indent_json(canonical_json(text, limits));
}

std::string indent_json(std::string_view compact) {
  std::string out;
  out.reserve(compact.size() * 2);
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < compact.size(); ++i) {
    const char c = compact[i];
    if (in_string) {
      out += c;
      if (c == '\\')
        out += compact[++i];
      else
        in_string = c != '"';
      continue;
    }
    const bool empty = (c == '{' || c == '[') && (compact[i + 1] == '}' || compact[i + 1] == ']');
    if (empty) {
      out += c;
      out += compact[++i];
    } else if (c == '{' || c == '[') {
      out += c;
      new_line(out, ++depth);
    } else if (c == '}' || c == ']') {
      new_line(out, --depth);
      out += c;
    } else if (c == ',') {
      out += c;
      new_line(out, depth);
    } else if (c == ':') {
      out += ": ";
    } else {
      out += c;
      in_string = c == '"';
    }
  }
  return out;
}

}  // namespace theus
