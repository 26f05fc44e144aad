#pragma once

#include <cstdint>

#include <theus/value/node.hpp>

namespace theus::tree {

// A place that holds a node, seen as one that holds a Node while it is edited. An edit that throws
// may have put an equal node there, so the place is written in any case.
template <class Node>
class typed_slot {
 public:
  explicit typed_slot(node*& slot) noexcept : n(static_cast<Node*>(slot)), slot_(slot) {}
  typed_slot(const typed_slot&) = delete;
  typed_slot& operator=(const typed_slot&) = delete;
  ~typed_slot() { slot_ = n; }

  Node* n;

 private:
  node*& slot_;
};

// After something of depth `before` in the node became something of depth `now`.
template <class Node>
void settle_depth(Node* n, unsigned before, unsigned now) noexcept {
  if (now >= n->depth)
    n->depth = static_cast<std::uint8_t>(now);
  else if (before == n->depth)
    recount_depth(n);
}

}  // namespace theus::tree
