#pragma once

#include <cstddef>
#include <cstdint>

// The stored form of nodes, version 1; docs/context-tree.md draws it. It never changes: another one
// gets other first bytes (0x18 and 0x19 are of flat forms). Numbers are little-endian; a length is
// a LEB128 of least bytes; a reference is the SHA-256 of the node that is meant.
namespace theus::tree {

// The first byte of a node. What follows:
enum class node_tag : std::uint8_t {
  scalar = 0x10,     // a value that is no container, or an empty one, as a root
  branch = 0x11,     // level (1), entry bits (4), child bits (4), entries, references
  collision = 0x12,  // entries (2), entries
  leaf = 0x13,       // values (1), values
  inner = 0x14,      // level (1), children (1), references
  spine = 0x15,      // length of the list, reference to the trie, reference to the tail
  string = 0x16,     // the bytes of a string longer than text_in_parent
  bytes = 0x17,      // the same of bytes
  chunk = 0x1a,      // 1 byte to 64 KiB of a blob's content
  blob = 0x1b,       // level (1), bytes of content below (length), references
};
// An entry is its key (length, bytes) and its value.

// The first byte of a value in a node. What follows:
enum class value_tag : std::uint8_t {
  null = 0,
  false_ = 1,
  true_ = 2,
  integer = 3,      // 8
  real = 4,         // 8, IEEE 754; NaN is 0x7FF8000000000000
  string = 5,       // length, bytes: up to text_in_parent
  bytes = 6,        // the same
  long_string = 7,  // reference
  long_bytes = 8,   // reference
  empty_list = 9,
  list = 10,  // reference to a leaf or spine
  empty_map = 11,
  map = 12,   // reference to a branch of level 0
  blob = 13,  // bytes of content (length), reference to a blob node: zeros when there are none
};

inline constexpr std::size_t reference_bytes = 32;

}  // namespace theus::tree
