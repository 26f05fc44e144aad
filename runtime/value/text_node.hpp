#pragma once

#include <cstddef>
#include <string_view>

#include <theus/value/node.hpp>

#include "digest.hpp"

namespace theus::tree {

// A string or bytes that a value does not hold itself. Up to `text_in_parent` bytes it is encoded
// where it stands; a longer one is stored as a node of its own and has a digest behind its bytes.
inline constexpr std::size_t text_in_parent = 128;

struct text_node : node {
  text_node(std::size_t bytes, bool string) noexcept
      : node(node_kind::text), size(static_cast<std::uint32_t>(bytes)), is_string(string) {}

  std::uint32_t size;
  bool is_string;

  char* data() noexcept { return reinterpret_cast<char*>(this + 1); }
  const char* data() const noexcept { return reinterpret_cast<const char*>(this + 1); }
  std::string_view view() const noexcept { return {data(), size}; }
  digest_bytes* digest() noexcept {
    return reinterpret_cast<digest_bytes*>(reinterpret_cast<char*>(this + 1) + size);
  }
};

// Whether a value that holds the node refers to it when it is encoded.
inline bool stands_alone(const node* n) noexcept {
  if (n->kind == node_kind::blob) return false;
  return n->kind != node_kind::text || static_cast<const text_node*>(n)->size > text_in_parent;
}

text_node* make_text(std::string_view content, bool is_string);

}  // namespace theus::tree
