#include "map_node.hpp"

#include <cstring>
#include <new>

#include "access.hpp"
#include "key_hash.hpp"

namespace theus::tree {
namespace {

// Slots move in memory as their bytes do.
template <class Slot>
void copy_slots(Slot* to, const Slot* from, unsigned count) noexcept {
  if (count != 0)
    std::memcpy(static_cast<void*>(to), static_cast<const void*>(from), count * sizeof(Slot));
}

template <class Slot>
void copy_spliced(Slot* to, const Slot* from, unsigned count, unsigned at, int change) noexcept {
  if (change == 0) return copy_slots(to, from, count);
  const unsigned left_out = change < 0 ? 1 : 0;
  const unsigned hole = change > 0 ? 1 : 0;
  copy_slots(to, from, at);
  copy_slots(to + at + hole, from + at + left_out, count - at - left_out);
}

void retain_value(const value& v) noexcept {
  if (node* const n = access::held(v)) retain(n);
}

void retain_slots(const map_node* n, const splice& change) noexcept {
  // Counting waits for each node in turn, unless they are on their way already.
  for (unsigned i = 0; i < n->children; ++i) __builtin_prefetch(n->child()[i], 1);
  for (unsigned i = 0; i < n->children; ++i)
    if (change.children >= 0 || i != change.child) retain(n->child()[i]);
  for (unsigned i = 0; i < n->entries; ++i) {
    if (change.entries < 0 && i == change.entry) continue;
    retain_value(n->entry()[i].key);
    retain_value(n->entry()[i].item);
  }
}

}  // namespace

probe::probe(std::string_view key) noexcept
    : text(key), hash(key_hash(key)), short_image(access::image_of(key)) {}

map_node* make_map_node(node_kind kind, unsigned level, unsigned children, unsigned entries) {
  const std::size_t bytes = sizeof(map_node) + children * sizeof(map_node*) +
                            entries * sizeof(map_entry) + sizeof(digest_bytes);
  auto* const n = new (::operator new(bytes)) map_node(kind, children, entries);
  n->level = static_cast<std::uint8_t>(level);
  return n;
}

void own(map_node*& n) {
  if (alone(n))
    forget_digest(n);
  else
    reshape(n, {});
}

void reshape(map_node*& n, const splice& change) {
  map_node* const fresh =
      make_map_node(n->kind, n->level, static_cast<unsigned>(n->children + change.children),
                    static_cast<unsigned>(n->entries + change.entries));
  fresh->depth = n->depth;
  fresh->count = n->count;
  fresh->entry_bits = n->entry_bits;
  fresh->child_bits = n->child_bits;
  copy_spliced(fresh->child(), n->child(), n->children, change.child, change.children);
  copy_spliced(fresh->entry(), n->entry(), n->entries, change.entry, change.entries);
  if (alone(n)) {
    if (change.children < 0) release(n->child()[change.child]);
    if (change.entries < 0) n->entry()[change.entry].~map_entry();
    ::operator delete(n);
  } else {
    retain_slots(n, change);
    release(n);
  }
  n = fresh;
}

void recount_depth(map_node* n) noexcept {
  unsigned deepest = 0;
  for (unsigned i = 0; i < n->children; ++i)
    deepest = std::max<unsigned>(deepest, n->child()[i]->depth);
  for (unsigned i = 0; i < n->entries; ++i) deepest = std::max(deepest, n->entry()[i].item.depth());
  n->depth = static_cast<std::uint8_t>(deepest);
}

unsigned lower_bound(const map_node* collision, std::string_view key) noexcept {
  const map_entry* const first = collision->entry();
  const map_entry* const at = std::lower_bound(
      first, first + collision->entries, key,
      [](const map_entry& e, std::string_view k) { return probe::key_text(e.key) < k; });
  return static_cast<unsigned>(at - first);
}

const map_entry* find_entry(const node* root, const probe& key) noexcept {
  if (root == nullptr) return nullptr;
  const map_node* n = as_map_node(root);
  for (unsigned level = 0; level < collision_level; ++level) {
    const std::uint32_t bit = bit_of(key.hash, level);
    if (n->child_bits & bit) {
      n = n->child()[index_of(n->child_bits, bit)];
      continue;
    }
    if (!(n->entry_bits & bit)) return nullptr;
    const map_entry* const e = n->entry() + index_of(n->entry_bits, bit);
    return key.is(e->key) ? e : nullptr;
  }
  const unsigned at = lower_bound(n, key.text);
  return at < n->entries && key.is(n->entry()[at].key) ? n->entry() + at : nullptr;
}

}  // namespace theus::tree
