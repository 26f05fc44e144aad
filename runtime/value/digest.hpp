#pragma once

#include <string>
#include <string_view>

#include <theus/journal/ids.hpp>
#include <theus/value/node.hpp>

namespace theus {
class value;
}

namespace theus::tree {

using digest_bytes = journal::hash256;

// `node::hashed`: a thread that computed a digest and finds `none` writes it, others that meet
// `being_written` keep theirs to themselves. Who changes a node, which is then alone its, sets
// `none` again.
inline constexpr std::uint8_t digest_none = 0;
inline constexpr std::uint8_t digest_being_written = 1;
inline constexpr std::uint8_t digest_known = 2;

inline bool has_digest(const node* n) noexcept {
  return n->hashed.load(std::memory_order_acquire) == digest_known;
}
inline void forget_digest(node* n) noexcept {
  n->hashed.store(digest_none, std::memory_order_relaxed);
}

// Only for nodes that have one: not for a text that is encoded in its parent.
const digest_bytes& known_digest(const node* n) noexcept;  // of a meaning when has_digest(n)
void set_digest(node* n, const digest_bytes& digest) noexcept;

digest_bytes hash_bytes(std::string_view encoded);

// SHA-256 over the node's encoding. Computes it, and those below it that are not known.
// Recursion: as deep as the tree, at most 64 containers of 14 levels each, of less than 200 bytes.
digest_bytes digest_of(node* n);
// The same; `buffer` is used behind its end and left as it was.
digest_bytes digest_into(std::string& buffer, node* n);

// Appends the canonical encoding (encoding.hpp) of the node, or of a value as it stands in a node.
void encode_node(std::string& out, node* n);
void encode_value(std::string& out, const value& v);

}  // namespace theus::tree
