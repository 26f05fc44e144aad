#include "list_node.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "access.hpp"

namespace theus::tree {

list_leaf* make_leaf(unsigned count, unsigned capacity) {
  const std::size_t bytes = sizeof(list_leaf) + capacity * sizeof(value) + sizeof(digest_bytes);
  return new (::operator new(bytes)) list_leaf(count, capacity);
}

list_inner* make_inner(unsigned level, unsigned count, unsigned capacity) {
  const std::size_t bytes = sizeof(list_inner) + capacity * sizeof(node*) + sizeof(digest_bytes);
  return new (::operator new(bytes)) list_inner(level, count, capacity);
}

list_leaf* leaf_at(node* root, std::size_t index) noexcept {
  if (root->kind == node_kind::spine) {
    auto* const spine = static_cast<list_spine*>(root);
    if (index >= spine->size - spine->tail_leaf()->count) return spine->tail_leaf();
    root = spine->trie;
  }
  while (root->kind == node_kind::inner) {
    const unsigned slot = (index >> (list_bits * root->level)) & (list_width - 1);
    root = static_cast<list_inner*>(root)->child()[slot];
  }
  return static_cast<list_leaf*>(root);
}

void copy_values(value* to, const value* from, unsigned count) noexcept {
  std::memcpy(static_cast<void*>(to), static_cast<const void*>(from), count * sizeof(value));
  for (unsigned i = 0; i < count; ++i)
    if (node* const held = access::held(from[i])) retain(held);
}

void own(list_leaf*& n) {
  if (alone(n)) return forget_digest(n);
  list_leaf* const fresh = make_leaf(n->count, n->capacity);
  fresh->depth = n->depth;
  copy_values(fresh->values(), n->values(), n->count);
  release(n);
  n = fresh;
}

void own(list_inner*& n) {
  if (alone(n)) return forget_digest(n);
  list_inner* const fresh = make_inner(n->level, n->count, n->capacity);
  fresh->depth = n->depth;
  std::memcpy(fresh->child(), n->child(), n->count * sizeof(node*));
  for (unsigned i = 0; i < n->count; ++i) __builtin_prefetch(n->child()[i], 1);
  for (unsigned i = 0; i < n->count; ++i) retain(n->child()[i]);
  release(n);
  n = fresh;
}

void own(list_spine*& n) {
  if (alone(n)) return forget_digest(n);
  auto* const fresh =
      new (::operator new(sizeof(list_spine))) list_spine(n->size, n->trie, n->tail);
  fresh->depth = n->depth;
  retain(n->trie);
  retain(n->tail);
  release(n);
  n = fresh;
}

void recount_depth(node* n) noexcept {
  unsigned deepest = 0;
  if (n->kind == node_kind::leaf) {
    auto* const leaf = static_cast<list_leaf*>(n);
    for (unsigned i = 0; i < leaf->count; ++i)
      deepest = std::max(deepest, leaf->values()[i].depth());
  } else if (n->kind == node_kind::inner) {
    auto* const inner = static_cast<list_inner*>(n);
    for (unsigned i = 0; i < inner->count; ++i)
      deepest = std::max<unsigned>(deepest, inner->child()[i]->depth);
  } else {
    auto* const spine = static_cast<list_spine*>(n);
    deepest = std::max(spine->trie->depth, spine->tail->depth);
  }
  n->depth = static_cast<std::uint8_t>(deepest);
}

}  // namespace theus::tree
