#include <cstddef>
#include <new>

#include <theus/value/node.hpp>

#include "access.hpp"
#include "blob_node.hpp"
#include "list_node.hpp"
#include "map_node.hpp"

namespace theus::tree {
namespace {

// Nodes that wait to be freed, linked through their bits, which nobody needs any more.
class doomed {
 public:
  // Lets go of one pointer to the node.
  void drop(node* n) noexcept {
    if (!alone(n) && n->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    if (is_single(n)) {
      ::operator delete(n);
      return;
    }
    push(n);
  }

  void drop(const value& v) noexcept {
    if (node* const n = access::held(v)) drop(n);
  }

  void push(node* n) noexcept {
    const auto bits = std::uint64_t{reinterpret_cast<std::uintptr_t>(top_)};
    n->entry_bits = static_cast<std::uint32_t>(bits);
    n->child_bits = static_cast<std::uint32_t>(bits >> 32);
    top_ = n;
  }

  node* pop() noexcept {
    node* const n = top_;
    if (n != nullptr) {
      const std::uint64_t bits = n->entry_bits | std::uint64_t{n->child_bits} << 32;
      top_ = reinterpret_cast<node*>(static_cast<std::uintptr_t>(bits));
    }
    return n;
  }

 private:
  node* top_ = nullptr;
};

void drop_map_slots(doomed& waiting, map_node* n) noexcept {
  for (unsigned i = 0; i < n->children; ++i) waiting.drop(n->child()[i]);
  for (unsigned i = 0; i < n->entries; ++i) {
    waiting.drop(n->entry()[i].key);
    waiting.drop(n->entry()[i].item);
  }
}

void drop_slots(doomed& waiting, node* n) noexcept {
  switch (n->kind) {
    case node_kind::text:
    case node_kind::blob:
      return;
    case node_kind::branch:
    case node_kind::collision:
      return drop_map_slots(waiting, as_map_node(n));
    case node_kind::leaf: {
      auto* const leaf = static_cast<list_leaf*>(n);
      for (unsigned i = 0; i < leaf->count; ++i) waiting.drop(leaf->values()[i]);
      return;
    }
    case node_kind::inner: {
      auto* const inner = static_cast<list_inner*>(n);
      for (unsigned i = 0; i < inner->count; ++i) waiting.drop(inner->child()[i]);
      return;
    }
    case node_kind::spine: {
      auto* const spine = static_cast<list_spine*>(n);
      waiting.drop(spine->trie);
      waiting.drop(spine->tail);
      return;
    }
  }
}

}  // namespace

void destroy(node* n) noexcept {
  if (is_single(n)) {
    ::operator delete(n);
    return;
  }
  doomed waiting;
  waiting.push(n);  // linked to nothing
  while (node* const next = waiting.pop()) {
    drop_slots(waiting, next);
    ::operator delete(next);
  }
}

}  // namespace theus::tree
