#include "key_hash.hpp"

namespace theus::tree {

// Few hashes, which agree for many levels or wholly: tall tries and large collision nodes.
std::uint64_t key_hash(std::string_view key) noexcept {
  std::uint64_t sum = 1469598103934665603u;
  for (const char c : key) sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211u;
  sum ^= sum >> 32;
  return (sum & 1) << 63 | (sum & 2) << 20 | (sum & 4) >> 2 | (sum & 8) << 2;
}

std::uint64_t quick_hash(std::string_view key, const access::image&) noexcept {
  return key_hash(key) >> (64 - quick_hash_bits) << (64 - quick_hash_bits);
}

}  // namespace theus::tree
