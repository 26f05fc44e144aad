#include <span>

#include <theus/codec/bytes.hpp>
#include <theus/value/base64.hpp>

namespace theus {

bytes::bytes(std::string_view content) {
  const auto raw = std::as_bytes(std::span(content));
  content_.assign(raw.begin(), raw.end());
}

std::string to_base64(const bytes& value) { return to_base64(std::span(value.content())); }

bool from_base64(std::string_view text, bytes& into) { return from_base64(text, into.content()); }

}  // namespace theus
