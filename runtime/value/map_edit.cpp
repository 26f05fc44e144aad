#include "map_edit.hpp"

#include <new>
#include <utility>

#include "refuse.hpp"

namespace theus::tree {
namespace {

void emplace(map_entry* at, value&& key, value&& item) noexcept {
  new (&at->key) value(std::move(key));
  new (&at->item) value(std::move(item));
}

// The nodes for two entries that meet in a slot of the level above: as many as their hashes agree.
handle make_pair_of(unsigned level, map_entry&& a, const probe& key_a, map_entry&& b,
                    const probe& key_b) {
  unsigned apart = level;
  while (apart < collision_level && bit_of(key_a, apart) == bit_of(key_b, apart)) ++apart;
  const bool collide = apart == collision_level;
  map_node* bottom = make_map_node(collide ? node_kind::collision : node_kind::branch, apart, 0, 2);
  const bool in_order = collide ? probe::key_text(a.key) < probe::key_text(b.key)
                                : bit_of(key_a, apart) < bit_of(key_b, apart);
  if (!collide) bottom->entry_bits = bit_of(key_a, apart) | bit_of(key_b, apart);
  bottom->count = 2;
  bottom->depth = static_cast<std::uint8_t>(std::max(a.item.depth(), b.item.depth()));
  emplace(bottom->entry() + (in_order ? 0 : 1), std::move(a.key), std::move(a.item));
  emplace(bottom->entry() + (in_order ? 1 : 0), std::move(b.key), std::move(b.item));
  handle top(bottom);
  while (apart-- > level) {
    map_node* const above = make_map_node(node_kind::branch, apart, 1, 0);
    above->child_bits = bit_of(key_a, apart);
    above->count = 2;
    above->depth = top.get()->depth;
    above->child()[0] = as_map_node(top.take());
    top = handle(above);
  }
  return top;
}

bool put_collision(map_node*& n, const probe& key, value& key_value, value& item) {
  const unsigned at = lower_bound(n, key.text);
  const bool fresh = at == n->entries || !key.is(n->entry()[at].key);
  if (!fresh) {
    own(n);
    const unsigned before = n->entry()[at].item.depth();
    std::swap(n->entry()[at].item, item);
    settle_depth(n, before, n->entry()[at].item.depth());
    return false;
  }
  if (n->entries == value_limits::same_hash)
    refuse_limit("keys of a map with one hash", n->entries + 1u, value_limits::same_hash);
  const unsigned depth = item.depth();
  reshape(n, {.entries = 1, .entry = at});
  emplace(n->entry() + at, std::move(key_value), std::move(item));
  ++n->count;
  settle_depth(n, 0, depth);
  return true;
}

void split_slot(map_node*& n, std::uint32_t bit, const probe& key, value& key_value, value& item) {
  const unsigned entry_at = index_of(n->entry_bits, bit);
  const unsigned child_at = index_of(n->child_bits, bit);
  map_entry there = n->entry()[entry_at];
  const probe other(probe::key_text(there.key));
  handle pair = make_pair_of(n->level + 1u, std::move(there), other,
                             map_entry{std::move(key_value), std::move(item)}, key);
  reshape(n, {.entries = -1, .entry = entry_at, .children = 1, .child = child_at});
  n->entry_bits &= ~bit;
  n->child_bits |= bit;
  n->child()[child_at] = as_map_node(pair.take());
  ++n->count;
  settle_depth(n, 0, n->child()[child_at]->depth);
}

}  // namespace

bool put_entry(map_node*& n, const probe& key, value& key_value, value& item) {
  if (!is_branch(n)) return put_collision(n, key, key_value, item);
  const std::uint32_t bit = bit_of(key, n->level);
  if (n->child_bits & bit) {
    own(n);
    map_node*& child = n->child()[index_of(n->child_bits, bit)];
    const unsigned before = child->depth;
    const bool fresh = put_entry(child, key, key_value, item);
    if (fresh) ++n->count;
    settle_depth(n, before, child->depth);
    return fresh;
  }
  const unsigned at = index_of(n->entry_bits, bit);
  if (n->entry_bits & bit) {
    if (!key.is(n->entry()[at].key)) {
      split_slot(n, bit, key, key_value, item);
      return true;
    }
    own(n);
    value& there = n->entry()[at].item;
    const unsigned before = there.depth();
    std::swap(there, item);
    settle_depth(n, before, there.depth());
    return false;
  }
  const unsigned depth = item.depth();
  reshape(n, {.entries = 1, .entry = at});
  n->entry_bits |= bit;
  emplace(n->entry() + at, std::move(key_value), std::move(item));
  ++n->count;
  settle_depth(n, 0, depth);
  return true;
}

namespace {

// Of a subtree of two entries, the one with another key.
const map_entry& survivor(const map_node* n, const probe& erased) noexcept {
  while (n->entries == 0) n = n->child()[0];
  return erased.is(n->entry()[0].key) ? n->entry()[1] : n->entry()[0];
}

}  // namespace

void erase_entry(map_node*& n, const probe& key) {
  const std::uint32_t bit = is_branch(n) ? bit_of(key, n->level) : 0;
  if (n->child_bits & bit) {
    const unsigned child_at = index_of(n->child_bits, bit);
    const unsigned before = n->child()[child_at]->depth;
    if (n->child()[child_at]->count > 2) {
      own(n);
      map_node*& child = n->child()[child_at];
      erase_entry(child, key);
      --n->count;
      settle_depth(n, before, child->depth);
      return;
    }
    // A child never has one entry only: what is left of it moves up.
    map_entry left = survivor(n->child()[child_at], key);
    const unsigned at = index_of(n->entry_bits, bit);
    const unsigned depth = left.item.depth();
    reshape(n, {.entries = 1, .entry = at, .children = -1, .child = child_at});
    n->child_bits &= ~bit;
    n->entry_bits |= bit;
    emplace(n->entry() + at, std::move(left.key), std::move(left.item));
    --n->count;
    settle_depth(n, before, depth);
    return;
  }
  const unsigned at = is_branch(n) ? index_of(n->entry_bits, bit) : lower_bound(n, key.text);
  const unsigned before = n->entry()[at].item.depth();
  reshape(n, {.entries = -1, .entry = at});
  n->entry_bits &= ~bit;
  --n->count;
  settle_depth(n, before, 0);
}

}  // namespace theus::tree
