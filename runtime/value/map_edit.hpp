#pragma once

#include "map_node.hpp"
#include "slot.hpp"

namespace theus::tree {

// Puts `item` under the key into the map below `n`, or swaps it for what is there. True when the
// key is new. `key_value` is the key; it is taken only then.
bool put_entry(map_node*& n, const probe& key, value& key_value, value& item);

// Removes the entry of a key that is there and is not the map's only one.
void erase_entry(map_node*& n, const probe& key);

// Calls `change(value&)` for the entry of a key that is there, in nodes of the map's own.
template <class Change>
void change_entry(map_node*& n, const probe& key, Change&& change) {
  own(n);
  const std::uint32_t bit = is_branch(n) ? bit_of(key, n->level) : 0;
  if (n->child_bits & bit) {
    map_node*& child = n->child()[index_of(n->child_bits, bit)];
    const unsigned before = child->depth;
    change_entry(child, key, change);
    settle_depth(n, before, child->depth);
    return;
  }
  const unsigned at = is_branch(n) ? index_of(n->entry_bits, bit) : lower_bound(n, key.text);
  value& item = n->entry()[at].item;
  const unsigned before = item.depth();
  change(item);
  settle_depth(n, before, item.depth());
}

}  // namespace theus::tree
