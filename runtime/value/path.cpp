#include <charconv>

#include <theus/value/json_pointer.hpp>
#include <theus/value/path.hpp>

#include "refuse.hpp"

namespace theus {
namespace {

// A decimal without leading zeros, as RFC 6901 has it.
bool read_index(std::string_view text, std::size_t& index) {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return false;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), index);
  return failure == std::errc() && end == text.data() + text.size();
}

bool unescape(std::string_view token, std::string& into) {
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      into += token[i];
      continue;
    }
    if (++i == token.size() || (token[i] != '0' && token[i] != '1')) return false;
    into += token[i] == '0' ? '~' : '/';
  }
  return true;
}

}  // namespace

result<path> path::parse(std::string_view json_pointer) {
  path parsed;
  const auto bad = [&](const char* why) {
    return error{errc::bad_input,
                 "\"" + std::string(json_pointer) + "\" is no JSON Pointer: " + why};
  };
  if (json_pointer.empty()) return parsed;
  if (json_pointer.front() != '/') return bad("it does not begin with /");
  for (std::size_t at = 0; at != std::string_view::npos;) {
    const std::size_t next = json_pointer.find('/', at + 1);
    const std::size_t length = next == std::string_view::npos ? next : next - at - 1;
    step s;
    if (!unescape(json_pointer.substr(at + 1, length), s.key)) return bad("~ needs 0 or 1 behind");
    if (s.key == "-" || read_index(s.key, s.index)) s.is = step::kind::either;
    if (s.key == "-") s.index = static_cast<std::size_t>(-1);
    parsed.steps_.push_back(std::move(s));
    at = next;
  }
  return parsed;
}

path& path::operator/=(std::string_view key) {
  steps_.push_back({step::kind::key, std::string(key), 0});
  return *this;
}

path& path::append_index(std::size_t index) {
  steps_.push_back({step::kind::index, std::to_string(index), index});
  return *this;
}

void path::refuse_index() { tree::refuse(errc::not_found, "no list has a negative index"); }

std::string path::to_string(std::size_t steps) const {
  std::string text;
  for (std::size_t i = 0; i < steps; ++i) detail::append_pointer_token(text, steps_[i].key);
  return text;
}

}  // namespace theus
