#include "digest.hpp"

#include <cstring>
#include <span>

#include <theus/journal/codec.hpp>

#include "list_node.hpp"
#include "map_node.hpp"
#include "text_node.hpp"

namespace theus::tree {
namespace {

digest_bytes* place_of(node* n) noexcept {
  switch (n->kind) {
    case node_kind::text:
      return static_cast<text_node*>(n)->digest();
    case node_kind::leaf:
      return static_cast<list_leaf*>(n)->digest();
    case node_kind::inner:
      return static_cast<list_inner*>(n)->digest();
    case node_kind::spine:
      return static_cast<list_spine*>(n)->digest();
    default:
      return as_map_node(n)->digest();
  }
}

}  // namespace

const digest_bytes& known_digest(const node* n) noexcept { return *place_of(const_cast<node*>(n)); }

void set_digest(node* n, const digest_bytes& digest) noexcept {
  std::uint8_t none = digest_none;
  if (!n->hashed.compare_exchange_strong(none, digest_being_written, std::memory_order_acquire))
    return;
  std::memcpy(static_cast<void*>(place_of(n)), &digest, sizeof digest);
  n->hashed.store(digest_known, std::memory_order_release);
}

digest_bytes hash_bytes(std::string_view encoded) {
  return journal::hash_of({reinterpret_cast<const std::uint8_t*>(encoded.data()), encoded.size()});
}

digest_bytes digest_into(std::string& buffer, node* n) {
  if (has_digest(n)) return known_digest(n);
  const std::size_t start = buffer.size();
  encode_node(buffer, n);
  const digest_bytes digest = hash_bytes(std::string_view(buffer).substr(start));
  buffer.resize(start);
  set_digest(n, digest);
  return digest;
}

digest_bytes digest_of(node* n) {
  if (has_digest(n)) return known_digest(n);
  std::string buffer;
  buffer.reserve(4096);
  return digest_into(buffer, n);
}

}  // namespace theus::tree
