#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <theus/journal/ids.hpp>
#include <theus/value/value.hpp>

#include "encoding.hpp"

namespace theus::tree {

// A value as it stands in a stored node: itself, or the node that holds it.
struct stored_value {
  value_tag tag = value_tag::null;
  value inline_value;
  journal::hash256 reference;

  bool is_reference() const noexcept {
    return tag == value_tag::long_string || tag == value_tag::long_bytes ||
           tag == value_tag::list || tag == value_tag::map;
  }
  // Of a blob that is not empty, which the tree does not hold and needs all the same.
  bool is_blob() const noexcept {
    return tag == value_tag::blob && !inline_value.as_blob().empty();
  }
};

struct stored_entry {
  std::string_view key;
  std::uint64_t hash = 0;
  stored_value item;
};

// A stored node, read. Which members are used, `tag` says. Texts are views of its bytes.
struct stored_node {
  node_tag tag{};
  unsigned level = 0;
  std::uint32_t entry_bits = 0;
  std::uint32_t child_bits = 0;
  std::uint64_t size = 0;
  std::string_view text;
  std::vector<stored_entry> entries;
  std::vector<stored_value> values;          // leaf, scalar
  std::vector<journal::hash256> references;  // branch, inner, blob: children; spine: trie, tail
};

// Reads a node and checks all that can be checked without others. Allocates in proportion to the
// bytes. Throws error_exception: errc::corrupt, errc::unknown_version, errc::limit_exceeded.
stored_node decode_node(std::string_view bytes);

}  // namespace theus::tree
