#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <theus/value/node.hpp>
#include <theus/value/value.hpp>

#include "access.hpp"
#include "digest.hpp"
#include "key_hash.hpp"

namespace theus::tree {

struct map_entry {
  value key;  // a string
  value item;
};

// branch: children, then entries, each in the order of their bits. collision: entries by key.
// Digest behind them, because who looks up does not need it. One allocation.
struct map_node : node {
  map_node(node_kind kind, unsigned children_, unsigned entries_) noexcept
      : node(kind),
        children(static_cast<std::uint16_t>(children_)),
        entries(static_cast<std::uint16_t>(entries_)) {}

  std::uint32_t count = 0;  // entries in it and below it
  std::uint16_t children;
  std::uint16_t entries;

  map_node** child() noexcept { return reinterpret_cast<map_node**>(this + 1); }
  map_node* const* child() const noexcept { return reinterpret_cast<map_node* const*>(this + 1); }
  map_entry* entry() noexcept { return reinterpret_cast<map_entry*>(child() + children); }
  const map_entry* entry() const noexcept {
    return reinterpret_cast<const map_entry*>(child() + children);
  }
  digest_bytes* digest() noexcept { return reinterpret_cast<digest_bytes*>(entry() + entries); }
};
static_assert(sizeof(map_node) == 24);
static_assert(sizeof(map_entry) == 32);

inline constexpr unsigned bits_per_level = 5;
inline constexpr unsigned quick_levels = quick_hash_bits / bits_per_level;
inline constexpr unsigned collision_level = 13;  // 12 levels of 5 bits, and one of the last 4

// The hash's highest bits first, so that iteration is by hash.
inline unsigned slot_of(std::uint64_t hash, unsigned level) noexcept {
  if (level == collision_level - 1) return hash & 15;
  return (hash >> (59 - bits_per_level * level)) & 31;
}
// Whether two hashes meet in the same branch of this level.
inline bool same_path(std::uint64_t a, std::uint64_t b, unsigned level) noexcept {
  return level == 0 || (a ^ b) >> (64 - std::min(bits_per_level * level, 64u)) == 0;
}
inline unsigned index_of(std::uint32_t bits, std::uint32_t bit) noexcept {
  return static_cast<unsigned>(std::popcount(bits & (bit - 1)));
}

// A key that is looked for, hashed as far as it is needed. Thread: one at a time.
class probe {
 public:
  explicit probe(std::string_view key) noexcept
      : text(key), image_(access::image_of(key)), hash_(quick_hash(key, image_)) {}

  const std::string_view text;

  // Whose bits up to that level are the key's.
  std::uint64_t hash(unsigned level) const noexcept {
    if (level >= quick_levels && !whole_) complete();
    return hash_;
  }
  bool is(const value& key) const noexcept {
    if (text.size() <= access::short_bytes) return access::image_of(key) == image_;
    return key_text(key) == text;
  }
  static std::string_view key_text(const value& key) noexcept { return access::text(key); }

 private:
  void complete() const noexcept;

  access::image image_;  // of the value that the key is, if it is short
  mutable std::uint64_t hash_;
  mutable bool whole_ = false;
};

// The bit of the slot that a key has in a branch of this level.
inline std::uint32_t bit_of(const probe& key, unsigned level) noexcept {
  return std::uint32_t{1} << slot_of(key.hash(level), level);
}

inline bool is_branch(const node* n) noexcept { return n->kind == node_kind::branch; }
inline map_node* as_map_node(node* n) noexcept { return static_cast<map_node*>(n); }
inline const map_node* as_map_node(const node* n) noexcept {
  return static_cast<const map_node*>(n);
}

// Room for the slots, which are not constructed.
map_node* make_map_node(node_kind kind, unsigned level, unsigned children, unsigned entries);

// Makes `n` one that may be changed in place: itself, or a copy that shares what it holds.
void own(map_node*& n);

// A copy of `n` that has one entry or child more or less, in place of `n`, whose pointer it takes
// over. What is removed is released, except that ownership of a removed entry stays with whoever
// took its bits; what is added is constructed by the caller. Throws before anything is changed.
struct splice {
  int entries = 0;  // 1: one is added at `entry`, -1: removed
  unsigned entry = 0;
  int children = 0;
  unsigned child = 0;
};
void reshape(map_node*& n, const splice& change);

// Finds the deepest nesting again, after something less deep took a place.
void recount_depth(map_node* n) noexcept;

// Index of the first entry of a collision node whose key is not less.
unsigned lower_bound(const map_node* collision, std::string_view key) noexcept;

const map_entry* find_entry(const node* root, const probe& key) noexcept;

}  // namespace theus::tree
