#include <theus/value/blob.hpp>

namespace theus {

std::optional<journal::hash256> parse_blob_id(std::string_view text) {
  journal::hash256 hash;
  if (text.size() != 2 * hash.bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) return std::nullopt;
    const auto digit = static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    std::uint8_t& byte = hash.bytes[i / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | digit);
  }
  return hash;
}

const char* fault_of(const blob& b) noexcept {
  if (b.size > blob::most_bytes) return "a blob has at most 1 TiB";
  if ((b.size == 0) != (b.hash == journal::hash256())) {
    return "an empty blob, and no other, has a hash of zeros";
  }
  return nullptr;
}

}  // namespace theus
