#include "equal.hpp"

#include <algorithm>

#include "access.hpp"
#include "blob_node.hpp"
#include "list_node.hpp"
#include "map_node.hpp"
#include "text_node.hpp"

namespace theus::tree {
namespace {

bool same_map(const map_node* a, const map_node* b) noexcept {
  if (a->count != b->count || a->entry_bits != b->entry_bits || a->child_bits != b->child_bits ||
      a->entries != b->entries)
    return false;
  for (unsigned i = 0; i < a->entries; ++i)
    if (a->entry()[i].key != b->entry()[i].key || a->entry()[i].item != b->entry()[i].item)
      return false;
  for (unsigned i = 0; i < a->children; ++i)
    if (!same_node(a->child()[i], b->child()[i])) return false;
  return true;
}

bool same_leaf(const list_leaf* a, const list_leaf* b) noexcept {
  return std::equal(a->values(), a->values() + a->count, b->values(), b->values() + b->count);
}

bool same_inner(const list_inner* a, const list_inner* b) noexcept {
  if (a->level != b->level || a->count != b->count) return false;
  for (unsigned i = 0; i < a->count; ++i)
    if (!same_node(a->child()[i], b->child()[i])) return false;
  return true;
}

}  // namespace

bool same_node(const node* a, const node* b) noexcept {
  if (a == b) return true;
  if (a == nullptr || b == nullptr || a->kind != b->kind || a->depth != b->depth) return false;
  if (a->kind == node_kind::text)
    return static_cast<const text_node*>(a)->view() == static_cast<const text_node*>(b)->view();
  if (a->kind == node_kind::blob)
    return static_cast<const blob_node*>(a)->content == static_cast<const blob_node*>(b)->content;
  if (has_digest(a) && has_digest(b)) return known_digest(a) == known_digest(b);
  switch (a->kind) {
    case node_kind::leaf:
      return same_leaf(static_cast<const list_leaf*>(a), static_cast<const list_leaf*>(b));
    case node_kind::inner:
      return same_inner(static_cast<const list_inner*>(a), static_cast<const list_inner*>(b));
    case node_kind::spine: {
      const auto* const left = static_cast<const list_spine*>(a);
      const auto* const right = static_cast<const list_spine*>(b);
      return left->size == right->size && same_node(left->trie, right->trie) &&
             same_node(left->tail, right->tail);
    }
    default:
      return same_map(as_map_node(a), as_map_node(b));
  }
}

}  // namespace theus::tree
