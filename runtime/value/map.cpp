#include <bit>
#include <string>

#include <theus/value/map.hpp>
#include <theus/value/value.hpp>

#include "access.hpp"
#include "equal.hpp"
#include "map_edit.hpp"
#include "refuse.hpp"

namespace theus {

using tree::map_node;

namespace {

// A map with fewer is likely to lie in the processor's caches.
constexpr std::uint32_t entries_in_caches = 32'768;

}  // namespace

map::map(std::initializer_list<std::pair<std::string_view, value>> entries) {
  for (const auto& [key, item] : entries) put(key, item);
}

std::size_t map::size() const noexcept {
  return empty() ? 0 : tree::as_map_node(root_.get())->count;
}

const value* map::find(std::string_view key) const noexcept {
  const tree::map_entry* const e = tree::find_entry(root_.get(), tree::probe(key));
  return e == nullptr ? nullptr : &e->item;
}

const value& map::at(std::string_view key) const {
  const value* const found = find(key);
  if (found == nullptr)
    tree::refuse(errc::not_found, "the map has no key \"" + std::string(key) + "\"");
  return *found;
}

bool map::put(std::string_view key, value v) {
  if (key.size() > value_limits::key_bytes)
    tree::refuse_limit("bytes of a key", key.size(), value_limits::key_bytes);
  if (v.depth() >= value_limits::depth)
    tree::refuse_limit("nested maps and lists", v.depth() + 1, value_limits::depth);
  value key_value(key);
  const tree::probe probe(key);
  if (empty()) {
    map_node* const first = tree::make_map_node(tree::node_kind::branch, 0, 0, 1);
    first->entry_bits = tree::bit_of(probe, 0);
    first->count = 1;
    first->depth = static_cast<std::uint8_t>(v.depth());
    new (&first->entry()->key) value(std::move(key_value));
    new (&first->entry()->item) value(std::move(v));
    root_.slot() = first;
    return true;
  }
  if (size() == value_limits::entries)
    tree::refuse_limit("entries of a map", size(), value_limits::entries);
  tree::typed_slot<map_node> root(root_.slot());
  return tree::put_entry(root.n, probe, key_value, v);
}

bool map::erase(std::string_view key) {
  const tree::probe probe(key);
  if (tree::find_entry(root_.get(), probe) == nullptr) return false;
  if (size() == 1) {
    root_ = tree::handle();
    return true;
  }
  tree::typed_slot<map_node> root(root_.slot());
  tree::erase_entry(root.n, probe);
  return true;
}

unsigned map::depth() const noexcept { return empty() ? 1 : root_.get()->depth + 1u; }

bool operator==(const map& a, const map& b) noexcept {
  return tree::same_node(a.root_.get(), b.root_.get());
}

map::iterator map::begin() const noexcept { return iterator(root_.get()); }

map::iterator::iterator(const tree::node* root) noexcept {
  if (root == nullptr) return;
  enter(root);
  settle();
}

void map::iterator::enter(const tree::node* n) noexcept {
  const map_node* const m = tree::as_map_node(n);
  const std::uint32_t left = tree::is_branch(n) ? n->entry_bits | n->child_bits : m->entries;
  path_[static_cast<std::size_t>(++top_)] = {n, left, 0, 0};
  if (tree::as_map_node(path_[0].node)->count < entries_in_caches) return;
  // Nodes lie anywhere: what comes next is fetched while this one is visited.
  for (unsigned i = 0; i < m->children; ++i) {
    const char* const child = reinterpret_cast<const char*>(m->child()[i]);
    __builtin_prefetch(child);
    __builtin_prefetch(child + 64);
  }
}

void map::iterator::settle() noexcept {
  while (top_ >= 0) {
    frame& f = path_[static_cast<std::size_t>(top_)];
    if (f.left == 0) {
      --top_;
      continue;
    }
    const map_node* const n = tree::as_map_node(f.node);
    if (!tree::is_branch(n)) {
      --f.left;
      at_ = n->entry() + f.entry++;
      return;
    }
    const std::uint32_t bit = f.left & (0 - f.left);
    f.left ^= bit;
    if (n->entry_bits & bit) {
      at_ = n->entry() + f.entry++;
      return;
    }
    enter(n->child()[f.child++]);
  }
  at_ = nullptr;
}

map::entry map::iterator::operator*() const noexcept {
  const auto* const e = static_cast<const tree::map_entry*>(at_);
  return {tree::access::text(e->key), e->item};
}

}  // namespace theus
