#pragma once

#include <theus/value/node.hpp>

namespace theus::tree {

// Whether two roots of maps, or of lists, or two texts, hold the same; null is the empty container.
// Walks only what the two do not share and what no digest decides.
bool same_node(const node* a, const node* b) noexcept;

}  // namespace theus::tree
