#include "map_node.hpp"

#include <cstring>
#include <new>

#include "access.hpp"

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

void probe::complete() const noexcept {
  hash_ = key_hash(text);
  whole_ = true;
}

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

namespace {

// The bits up to a slot's own, which is the sign: one shift tells whether it is set, and what is
// below it.
std::int64_t up_to(std::uint32_t bits, unsigned slot) noexcept {
  return static_cast<std::int64_t>(std::uint64_t{bits} << (63 - slot));
}
unsigned below(std::int64_t bits) noexcept {
  return static_cast<unsigned>(std::popcount(static_cast<std::uint64_t>(bits) << 1));
}

const map_entry* entry_in(const map_node* n, unsigned slot, const probe& key) noexcept {
  const std::int64_t bits = up_to(n->entry_bits, slot);
  if (bits >= 0) return nullptr;
  const map_entry* const e = n->entry() + below(bits);
  return key.is(e->key) ? e : nullptr;
}

// Below the levels of the quick hash.
[[gnu::noinline]] const map_entry* find_deep(const map_node* n, const probe& key) noexcept {
  for (unsigned level = quick_levels; level < collision_level; ++level) {
    const unsigned slot = slot_of(key.hash(level), level);
    const std::int64_t bits = up_to(n->child_bits, slot);
    if (bits >= 0) return entry_in(n, slot, key);
    n = n->child()[below(bits)];
  }
  const unsigned at = lower_bound(n, key.text);
  return at < n->entries && key.is(n->entry()[at].key) ? n->entry() + at : nullptr;
}

}  // namespace

const map_entry* find_entry(const node* root, const probe& key) noexcept {
  if (root == nullptr) return nullptr;
  const map_node* n = as_map_node(root);
  std::uint64_t left = key.hash(0);
  for (unsigned level = 0; level < quick_levels; ++level, left <<= bits_per_level) {
    const auto slot = static_cast<unsigned>(left >> (64 - bits_per_level));
    const std::int64_t bits = up_to(n->child_bits, slot);
    if (bits >= 0) return entry_in(n, slot, key);
    n = n->child()[below(bits)];
  }
  return find_deep(n, key);
}

}  // namespace theus::tree
