#include <algorithm>
#include <charconv>
#include <cmath>

#include <theus/codec/json_document.hpp>
#include <theus/codec/json_writer.hpp>
#include <theus/value/json_pointer.hpp>
#include <theus/value/utf8.hpp>

namespace theus {
namespace {

template <class Number>
void append_number(std::string& out, Number value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

void append_escape(std::string& out, char c) {
  static constexpr char hex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  out += "\\u00";
  out += hex[static_cast<unsigned char>(c) >> 4];
  out += hex[static_cast<unsigned char>(c) & 15];
}

std::size_t end_of_string(std::string_view text, std::size_t quote) {
  std::size_t at = quote + 1;
  while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  return at;
}

}  // namespace

void json_writer::separate() {
  if (out_.size() == start_) return;
  const char last = out_.back();
  if (last != '[' && last != '{' && last != ':' && last != ',') out_ += ',';
}

void json_writer::open(char bracket) {
  if (depth_ == limits_.max_depth) {
    fail(codec_errc::too_deep,
         "more than " + std::to_string(limits_.max_depth) + " levels are nested");
  }
  ++depth_;
  separate();
  out_ += bracket;
}

void json_writer::close(char bracket) {
  --depth_;
  out_ += bracket;
}

void json_writer::null() {
  separate();
  out_ += "null";
}

void json_writer::boolean(bool value) {
  separate();
  out_ += value ? "true" : "false";
}

void json_writer::integer(std::int64_t value) {
  separate();
  append_number(out_, value);
}

void json_writer::natural(std::uint64_t value) {
  separate();
  append_number(out_, value);
}

void json_writer::real(double value) {
  if (!std::isfinite(value)) fail(codec_errc::not_finite, "infinity and NaN cannot be recorded");
  separate();
  append_number(out_, value);
}

void json_writer::real_float(float value) {
  if (!std::isfinite(value)) fail(codec_errc::not_finite, "infinity and NaN cannot be recorded");
  separate();
  append_number(out_, value);
}

void json_writer::digits(std::string_view value) {
  separate();
  out_ += value;
}

void json_writer::quoted(std::string_view value) {
  const std::size_t opened = out_.size();
  out_ += '"';
  std::size_t done = 0;
  std::size_t at = 0;
  while (at < value.size()) {
    const auto c = static_cast<unsigned char>(value[at]);
    if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
      ++at;
      continue;
    }
    if (c >= 0x80) {
      const std::size_t length = detail::utf8_length(value.substr(at));
      if (length == 0) {
        out_.resize(opened);
        fail(codec_errc::invalid_utf8,
             "byte " + std::to_string(at) + " of the string is not UTF-8; use theus::bytes");
      }
      at += length;
      continue;
    }
    out_.append(value, done, at - done);
    append_escape(out_, value[at]);
    done = ++at;
  }
  out_.append(value, done, at - done);
  out_ += '"';
}

void json_writer::text(std::string_view value) {
  separate();
  quoted(value);
}

void json_writer::key(std::string_view name) {
  separate();
  quoted(name);
  out_ += ':';
}

void json_writer::name(std::string_view identifier) {
  separate();
  out_ += '"';
  out_ += identifier;
  out_ += "\":";
}

void json_writer::begin_piece(std::vector<piece>& pieces) {
  separate();
  pieces.emplace_back(out_.size(), out_.size());
}

void json_writer::end_piece(std::vector<piece>& pieces) { pieces.back().second = out_.size(); }

void json_writer::sort_pieces(std::vector<piece>& pieces) {
  if (pieces.empty()) return;
  const std::size_t from = pieces.front().first;
  const std::string unsorted = out_.substr(from);
  const auto text_of = [&](const piece& p) {
    return std::string_view(unsorted).substr(p.first - from, p.second - p.first);
  };
  std::ranges::sort(pieces, {}, text_of);
  out_.resize(from);
  for (const piece& p : pieces) {
    separate();
    out_ += text_of(p);
  }
}

void json_writer::finish() {
  const std::size_t written = out_.size() - start_;
  if (written <= limits_.max_bytes) return;
  out_.resize(start_);
  throw codec_error(
      codec_errc::too_large, "",
      std::to_string(written) + " bytes exceed the limit of " + std::to_string(limits_.max_bytes));
}

void json_writer::fail(codec_errc kind, std::string_view why) {
  std::string where = path();
  out_.resize(start_);
  throw codec_error(kind, std::move(where), std::string(why));
}

// Read off the unfinished text, so that writing need not keep track of it.
std::string json_writer::path() const {
  struct level {
    bool object;
    std::size_t index;     // elements or members before
    std::string_view key;  // with its quotes; empty before a key
  };
  const std::string_view text = std::string_view(out_).substr(start_);
  std::vector<level> open;
  for (std::size_t at = 0; at < text.size(); ++at) {
    switch (text[at]) {
      case '{':
      case '[':
        open.push_back({text[at] == '{', 0, {}});
        break;
      case '}':
      case ']':
        open.pop_back();
        break;
      case ',':
        ++open.back().index;
        open.back().key = {};
        break;
      case '"': {
        const std::size_t end = end_of_string(text, at);
        if (end + 1 < text.size() && text[end + 1] == ':')
          open.back().key = text.substr(at, end + 1 - at);
        at = end;
        break;
      }
      default:
        break;
    }
  }
  // The value that failed comes next; in an array its comma is not written yet.
  if (!open.empty() && !open.back().object && text.back() != '[' && text.back() != ',')
    ++open.back().index;
  std::string pointer;
  for (const level& l : open) {
    if (!l.object)
      detail::append_pointer_token(pointer, std::to_string(l.index));
    else if (!l.key.empty() && (&l != &open.back() || text.back() == ':'))
      detail::append_pointer_token(pointer, json_document(l.key).root().text());
  }
  return pointer;
}

}  // namespace theus
