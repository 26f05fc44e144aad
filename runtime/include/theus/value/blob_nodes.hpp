#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <theus/journal/errc.hpp>
#include <theus/journal/ids.hpp>
#include <theus/value/blob.hpp>

// How the content of a blob is stored, as nodes beside those of trees: chunks of 64 KiB, and over
// them nodes of up to 1,024 references, those of level 0 to chunks. All but the last of each level
// are full, and the root is of the lowest level that does, so equal contents have equal roots.
// docs/context-tree.md has the bytes.
namespace theus {

inline constexpr std::size_t blob_chunk_bytes = std::size_t{64} << 10;
inline constexpr std::size_t blob_fan_out = 1'024;
inline constexpr unsigned blob_levels = 3;

// Of content below one reference of a node of `level`.
constexpr std::uint64_t blob_bytes_below(unsigned level) {
  return std::uint64_t{blob_chunk_bytes} << (10 * level);
}

// A node with references, read.
struct blob_content {
  unsigned level = 0;
  std::uint64_t size = 0;  // of content below it
  std::vector<journal::hash256> below;

  friend bool operator==(const blob_content&, const blob_content&) = default;
};

// `content`: 1 to blob_chunk_bytes.
std::string encode_chunk(std::span<const std::byte> content);
std::string encode_blob_node(const blob_content& node);
// What a node is found by.
journal::hash256 hash_of_node(std::string_view bytes);

// Accept exactly what is written above. Errors: corrupt, unknown_version.
result<std::string_view> decode_chunk(std::string_view bytes);  // a view of the bytes
result<blob_content> decode_blob_node(std::string_view bytes);

// Of what references_of() says, what are blobs: the roots of those that a tree's node holds, and
// all below a blob's. Nothing of what cannot be read.
std::vector<journal::hash256> blobs_below(std::string_view bytes);

// Whether all that a stored node refers to are chunks, which refer to nothing.
bool refers_to_chunks(std::string_view bytes) noexcept;

}  // namespace theus
