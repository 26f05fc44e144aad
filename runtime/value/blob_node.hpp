#pragma once

#include <theus/value/blob.hpp>
#include <theus/value/node.hpp>

namespace theus::tree {

// A reference to a blob, which no value can hold itself. It is encoded where it stands.
struct blob_node : node {
  explicit blob_node(const theus::blob& b) noexcept : node(node_kind::blob), content(b) {}

  theus::blob content;
};

// Whether nodes hang from it.
inline bool is_single(const node* n) noexcept {
  return n->kind == node_kind::text || n->kind == node_kind::blob;
}

}  // namespace theus::tree
