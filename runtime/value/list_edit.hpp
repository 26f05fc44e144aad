#pragma once

#include "list_node.hpp"
#include "slot.hpp"

namespace theus::tree {

// The root of a list changes in place through `root`, or becomes another node there. Each throws
// before the list is changed.
void append(node*& root, value& v);  // `root` is not null
void drop_last(node*& root);         // the list has more than one element

// Calls `change(value&)` for an element that is there, in nodes of the list's own.
template <class Change>
void change_element(node*& n, std::size_t index, Change&& change) {
  if (n->kind == node_kind::leaf) {
    typed_slot<list_leaf> leaf(n);
    own(leaf.n);
    value& element = leaf.n->values()[index & (list_width - 1)];
    const unsigned before = element.depth();
    change(element);
    settle_depth(leaf.n, before, element.depth());
  } else if (n->kind == node_kind::inner) {
    typed_slot<list_inner> inner(n);
    own(inner.n);
    const unsigned slot = (index >> (list_bits * inner.n->level)) & (list_width - 1);
    node*& child = inner.n->child()[slot];
    const unsigned before = child->depth;
    change_element(child, index, change);
    settle_depth(inner.n, before, child->depth);
  } else {
    typed_slot<list_spine> spine(n);
    own(spine.n);
    const bool in_trie = index < spine.n->size - spine.n->tail_leaf()->count;
    node*& child = in_trie ? spine.n->trie : spine.n->tail;
    const unsigned before = child->depth;
    change_element(child, index, change);
    settle_depth(spine.n, before, child->depth);
  }
}

}  // namespace theus::tree
