#pragma once

#include <cstddef>
#include <cstdint>

#include <theus/value/node.hpp>
#include <theus/value/value.hpp>

#include "digest.hpp"

namespace theus::tree {

inline constexpr unsigned list_width = 32;
inline constexpr unsigned list_bits = 5;

// 1 to 32 values; grows by doubling up to 32. Digest behind the room for them.
struct list_leaf : node {
  list_leaf(unsigned count_, unsigned capacity_) noexcept
      : node(node_kind::leaf), count(count_), capacity(capacity_) {}

  std::uint32_t count;
  std::uint32_t capacity;

  value* values() noexcept { return reinterpret_cast<value*>(this + 1); }
  const value* values() const noexcept { return reinterpret_cast<const value*>(this + 1); }
  digest_bytes* digest() noexcept { return reinterpret_cast<digest_bytes*>(values() + capacity); }
};

// 1 to 32 children of the level below; level 1 has leaves. All but the last are full.
struct list_inner : node {
  list_inner(unsigned level_, unsigned count_, unsigned capacity_) noexcept
      : node(node_kind::inner), count(count_), capacity(capacity_) {
    level = static_cast<std::uint8_t>(level_);
  }

  std::uint32_t count;
  std::uint32_t capacity;

  node** child() noexcept { return reinterpret_cast<node**>(this + 1); }
  node* const* child() const noexcept { return reinterpret_cast<node* const*>(this + 1); }
  digest_bytes* digest() noexcept { return reinterpret_cast<digest_bytes*>(child() + capacity); }
};

// The root of a list of more than 32: full leaves in `trie`, which is a leaf or inner nodes, and
// the last 1 to 32 values in `tail`, a leaf.
struct list_spine : node {
  list_spine(std::uint64_t size_, node* trie_, node* tail_) noexcept
      : node(node_kind::spine), size(size_), trie(trie_), tail(tail_) {}

  std::uint64_t size;
  node* trie;
  node* tail;
  digest_bytes digest_;

  list_leaf* tail_leaf() const noexcept { return static_cast<list_leaf*>(tail); }
  digest_bytes* digest() noexcept { return &digest_; }
};

list_leaf* make_leaf(unsigned count, unsigned capacity);
// Into room for them. The bytes first, then what they hold: most hold nothing.
void copy_values(value* to, const value* from, unsigned count) noexcept;
list_inner* make_inner(unsigned level, unsigned count, unsigned capacity);

// The leaf that holds the element; `index` is below the size.
list_leaf* leaf_at(node* root, std::size_t index) noexcept;

// Makes it one that may be changed in place: itself, or a copy that shares what it holds.
void own(list_leaf*& n);
void own(list_inner*& n);
void own(list_spine*& n);

void recount_depth(node* list_node) noexcept;

}  // namespace theus::tree
