#include "list_edit.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <utility>

namespace theus::tree {
namespace {

unsigned room_for(unsigned count) { return std::bit_ceil(count); }

void deepen(node* n, unsigned depth) noexcept {
  n->depth = static_cast<std::uint8_t>(std::max<unsigned>(n->depth, depth));
}

// The leaf has less than 32 values.
void append_value(list_leaf*& n, value& v) {
  if (!alone(n) || n->count == n->capacity) {
    list_leaf* const fresh = make_leaf(n->count, room_for(n->count + 1));
    fresh->depth = n->depth;
    if (alone(n)) {
      std::memcpy(static_cast<void*>(fresh->values()), static_cast<const void*>(n->values()),
                  n->count * sizeof(value));
      ::operator delete(n);
    } else {
      copy_values(fresh->values(), n->values(), n->count);
      release(n);
    }
    n = fresh;
  }
  forget_digest(n);
  deepen(n, v.depth());
  new (n->values() + n->count) value(std::move(v));
  ++n->count;
}

void append_child(list_inner*& n, handle& child) {
  if (!alone(n) || n->count == n->capacity) {
    list_inner* const fresh = make_inner(n->level, n->count, room_for(n->count + 1));
    fresh->depth = n->depth;
    std::memcpy(fresh->child(), n->child(), n->count * sizeof(node*));
    if (alone(n)) {
      ::operator delete(n);
    } else {
      for (unsigned i = 0; i < n->count; ++i) retain(n->child()[i]);
      release(n);
    }
    n = fresh;
  }
  forget_digest(n);
  deepen(n, child.get()->depth);
  n->child()[n->count++] = child.take();
}

// The leaf, under one inner node per level up to `level`.
handle raised(unsigned level, list_leaf* leaf) {
  retain(leaf);
  handle top(leaf);
  for (unsigned at = 1; at <= level; ++at) {
    list_inner* const above = make_inner(at, 1, at == level ? 2 : 1);
    above->depth = top.get()->depth;
    above->child()[0] = top.take();
    top = handle(above);
  }
  return top;
}

constexpr std::uint64_t leaves_below(unsigned level) noexcept {
  return std::uint64_t{1} << (list_bits * level);
}

// `leaves` is how many leaves the node has; it is not full.
void append_leaf(list_inner*& n, std::uint64_t leaves, list_leaf* leaf) {
  const std::uint64_t in_last = leaves & (leaves_below(n->level - 1u) - 1);
  if (in_last == 0) {
    handle child = raised(n->level - 1u, leaf);
    append_child(n, child);
    return;
  }
  own(n);
  typed_slot<list_inner> last(n->child()[n->count - 1]);
  append_leaf(last.n, in_last, leaf);
  deepen(n, last.n->depth);
}

void append_leaf_to_trie(node*& trie, std::uint64_t leaves, list_leaf* leaf) {
  if (leaves < leaves_below(trie->level)) {
    typed_slot<list_inner> inner(trie);
    append_leaf(inner.n, leaves, leaf);
    return;
  }
  handle second = raised(trie->level, leaf);
  list_inner* const above = make_inner(trie->level + 1u, 2, 2);
  above->depth = std::max(trie->depth, leaf->depth);
  above->child()[0] = trie;
  above->child()[1] = second.take();
  trie = above;
}

void drop_last_value(list_leaf*& n) {
  own(n);
  n->values()[--n->count].~value();
  if (n->depth != 0) recount_depth(n);
}

list_leaf* last_leaf(node* n) noexcept {
  while (n->kind == node_kind::inner) {
    auto* const inner = static_cast<list_inner*>(n);
    n = inner->child()[inner->count - 1];
  }
  return static_cast<list_leaf*>(n);
}

void drop_last_leaf(list_inner*& n, std::uint64_t leaves) {
  own(n);
  const std::uint64_t in_last = (leaves - 1) % leaves_below(n->level - 1u) + 1;
  node*& last = n->child()[n->count - 1];
  if (in_last > 1) {
    typed_slot<list_inner> inner(last);
    drop_last_leaf(inner.n, in_last);
  } else {
    release(last);
    --n->count;
  }
  if (n->depth != 0) recount_depth(n);
}

// The trie has more than one leaf, so it is an inner node.
void drop_last_leaf_of_trie(node*& trie, std::uint64_t leaves) {
  {
    typed_slot<list_inner> inner(trie);
    drop_last_leaf(inner.n, leaves);
  }
  while (trie->kind == node_kind::inner && static_cast<list_inner*>(trie)->count == 1) {
    node* const only = static_cast<list_inner*>(trie)->child()[0];
    retain(only);
    release(trie);
    trie = only;
  }
}

void append_to_tail(list_spine* spine, value& v) {
  typed_slot<list_leaf> tail(spine->tail);
  append_value(tail.n, v);
}

}  // namespace

void append(node*& root, value& v) {
  const unsigned depth = v.depth();
  if (root->kind == node_kind::leaf) {
    if (static_cast<list_leaf*>(root)->count < list_width) {
      typed_slot<list_leaf> leaf(root);
      return append_value(leaf.n, v);
    }
    handle tail(make_leaf(0, 1));
    auto* const spine =
        new (::operator new(sizeof(list_spine))) list_spine(list_width + 1, root, tail.get());
    tail.take();
    spine->depth = root->depth;
    append_to_tail(spine, v);  // there is room
    deepen(spine, depth);
    root = spine;
    return;
  }
  typed_slot<list_spine> spine(root);
  own(spine.n);
  if (spine.n->tail_leaf()->count == list_width) {
    handle fresh(make_leaf(0, list_width));
    append_leaf_to_trie(spine.n->trie, spine.n->size / list_width - 1, spine.n->tail_leaf());
    release(spine.n->tail);
    spine.n->tail = fresh.take();
  }
  append_to_tail(spine.n, v);
  ++spine.n->size;
  deepen(spine.n, depth);
}

void drop_last(node*& root) {
  if (root->kind == node_kind::leaf) {
    typed_slot<list_leaf> leaf(root);
    return drop_last_value(leaf.n);
  }
  if (static_cast<list_spine*>(root)->size == list_width + 1) {
    node* const only = static_cast<list_spine*>(root)->trie;
    retain(only);
    release(root);
    root = only;
    return;
  }
  typed_slot<list_spine> spine(root);
  own(spine.n);
  if (spine.n->tail_leaf()->count > 1) {
    typed_slot<list_leaf> tail(spine.n->tail);
    drop_last_value(tail.n);
  } else {
    list_leaf* const last = last_leaf(spine.n->trie);
    retain(last);
    handle keep_last(last);
    drop_last_leaf_of_trie(spine.n->trie, spine.n->size / list_width);
    release(spine.n->tail);
    spine.n->tail = keep_last.take();
  }
  --spine.n->size;
  if (spine.n->depth != 0) recount_depth(spine.n);
}

}  // namespace theus::tree
