#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include <theus/value/value.hpp>

#include "access.hpp"
#include "digest.hpp"
#include "list_node.hpp"
#include "map_node.hpp"

namespace theus::tree {

// Whether two nodes are the same without looking at what they hold; otherwise both count as
// visited.
inline bool known_same(const node* a, const node* b, std::size_t& visited) noexcept {
  if (a == b) return true;
  visited += (a != nullptr) + (b != nullptr);
  return a != nullptr && b != nullptr && has_digest(a) && has_digest(b) &&
         known_digest(a) == known_digest(b);
}

// Calls found(key, before, after) for every key of two maps in nodes that differ; a null pointer is
// absence. The values may be equal still.
template <class Found>
class map_differences {
 public:
  map_differences(Found& found, std::size_t& visited) : found_(found), visited_(visited) {}

  void walk(const map_node* a, const map_node* b) {
    if (known_same(a, b, visited_)) return;
    if (a == nullptr || b == nullptr) {
      all(a != nullptr ? a : b, a != nullptr);
    } else if (is_branch(a)) {
      branches(a, b);
    } else {
      collisions(a, b);
    }
  }

 private:
  // What one side has in a slot.
  struct slot {
    const map_entry* entry = nullptr;
    const map_node* child = nullptr;
  };

  static slot slot_at(const map_node* n, std::uint32_t bit) noexcept {
    if (n->entry_bits & bit) return {n->entry() + index_of(n->entry_bits, bit), nullptr};
    if (n->child_bits & bit) return {nullptr, n->child()[index_of(n->child_bits, bit)]};
    return {};
  }

  void branches(const map_node* a, const map_node* b) {
    std::uint32_t bits = a->entry_bits | a->child_bits | b->entry_bits | b->child_bits;
    for (; bits != 0; bits &= bits - 1) {
      const std::uint32_t bit = bits & (0 - bits);
      const slot x = slot_at(a, bit), y = slot_at(b, bit);
      if (x.entry == nullptr && y.entry == nullptr) {
        walk(x.child, y.child);
      } else if (x.child != nullptr) {
        entry_and_child(y.entry, x.child, false);
      } else if (y.child != nullptr) {
        entry_and_child(x.entry, y.child, true);
      } else {
        entries(x.entry, y.entry);
      }
    }
  }

  void entries(const map_entry* x, const map_entry* y) {
    if (x != nullptr && y != nullptr && x->key == y->key) {
      report(x, y);
      return;
    }
    if (x != nullptr) report(x, nullptr);
    if (y != nullptr) report(nullptr, y);
  }

  // All below the child are of the other side than the entry.
  void entry_and_child(const map_entry* e, const map_node* child, bool entry_is_before) {
    const map_entry* met = nullptr;
    each(child, [&](const map_entry& other) {
      if (other.key == e->key) met = &other;
      const map_entry* const mine = other.key == e->key ? e : nullptr;
      entry_is_before ? report(mine, &other) : report(&other, mine);
    });
    if (met == nullptr) entry_is_before ? report(e, nullptr) : report(nullptr, e);
  }

  void collisions(const map_node* a, const map_node* b) {
    unsigned i = 0, j = 0;
    while (i < a->entries || j < b->entries) {
      const map_entry* const x = i < a->entries ? a->entry() + i : nullptr;
      const map_entry* const y = j < b->entries ? b->entry() + j : nullptr;
      const int order = x == nullptr   ? 1
                        : y == nullptr ? -1
                                       : probe::key_text(x->key).compare(probe::key_text(y->key));
      report(order <= 0 ? x : nullptr, order >= 0 ? y : nullptr);
      i += order <= 0;
      j += order >= 0;
    }
  }

  template <class Act>
  void each(const map_node* n, const Act& act) {
    ++visited_;
    for (unsigned i = 0; i < n->entries; ++i) act(n->entry()[i]);
    for (unsigned i = 0; i < n->children; ++i) each(n->child()[i], act);
  }

  void all(const map_node* n, bool before) {
    each(n, [&](const map_entry& e) { before ? report(&e, nullptr) : report(nullptr, &e); });
  }

  void report(const map_entry* x, const map_entry* y) {
    const map_entry* const either = x != nullptr ? x : y;
    found_(probe::key_text(either->key), x != nullptr ? &x->item : nullptr,
           y != nullptr ? &y->item : nullptr);
  }

  Found& found_;
  std::size_t& visited_;
};

// Calls found(index, before, after) for every index that both lists have in nodes that differ. The
// elements may be equal still.
template <class Found>
class list_differences {
 public:
  list_differences(Found& found, std::size_t& visited) : found_(found), visited_(visited) {}

  void walk(const list& a, const list& b) {
    const std::size_t end = std::min(a.size(), b.size());
    if (end == 0 || access::root(a) == access::root(b)) return;
    visited_ += 2;
    const std::size_t in_tries = std::min(in_trie(a), in_trie(b));
    if (in_tries > 0) nodes(trie_of(a), trie_of(b), 0, in_tries);
    // Behind it, one of the two has only its tail.
    if (in_tries < end)
      nodes(leaf_at(access::root(a), in_tries), leaf_at(access::root(b), in_tries), in_tries, end);
  }

 private:
  static std::size_t in_trie(const list& l) noexcept {
    const node* const root = access::root(l);
    if (root->kind == node_kind::leaf) return l.size() / list_width * list_width;
    const auto* const spine = static_cast<const list_spine*>(root);
    return spine->size - spine->tail_leaf()->count;
  }

  static const node* trie_of(const list& l) noexcept {
    const node* const root = access::root(l);
    return root->kind == node_kind::leaf ? root : static_cast<const list_spine*>(root)->trie;
  }

  // Elements from `first` on, where both nodes begin, up to `end`.
  void nodes(const node* a, const node* b, std::size_t first, std::size_t end) {
    while (a->level > b->level) a = static_cast<const list_inner*>(a)->child()[0];
    while (b->level > a->level) b = static_cast<const list_inner*>(b)->child()[0];
    if (known_same(a, b, visited_)) return;
    if (a->level == 0) return leaves(as_leaf(a), as_leaf(b), first, end);
    const auto* const x = static_cast<const list_inner*>(a);
    const auto* const y = static_cast<const list_inner*>(b);
    const std::size_t each = std::size_t{1} << (list_bits * a->level);
    const unsigned count = std::min(x->count, y->count);
    for (unsigned i = 0; i < count && first + i * each < end; ++i)
      nodes(x->child()[i], y->child()[i], first + i * each, end);
  }

  static const list_leaf* as_leaf(const node* n) noexcept {
    return static_cast<const list_leaf*>(n);
  }

  void leaves(const list_leaf* a, const list_leaf* b, std::size_t first, std::size_t end) {
    const std::size_t count = std::min<std::size_t>(end - first, list_width);
    for (std::size_t i = 0; i < count; ++i) found_(first + i, a->values()[i], b->values()[i]);
  }

  Found& found_;
  std::size_t& visited_;
};

}  // namespace theus::tree
