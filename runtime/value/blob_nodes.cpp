#include <theus/value/blob_nodes.hpp>

#include "bytes.hpp"
#include "decode.hpp"
#include "digest.hpp"
#include "encoding.hpp"

namespace theus {
namespace {

using tree::node_tag;

static_assert(blob_bytes_below(blob_levels) >= blob::most_bytes);

result<tree::stored_node> decode(std::string_view bytes, node_tag wanted) try {
  tree::stored_node stored = tree::decode_node(bytes);
  if (stored.tag == wanted) return stored;
  return error{errc::corrupt, "it is not the node of a blob that its parent says"};
} catch (const error_exception& e) {
  return error{e.code(), e.what()};
}

}  // namespace

std::string encode_chunk(std::span<const std::byte> content) {
  std::string bytes;
  bytes.reserve(1 + content.size());
  tree::put_byte(bytes, node_tag::chunk);
  bytes.append(reinterpret_cast<const char*>(content.data()), content.size());
  return bytes;
}

std::string encode_blob_node(const blob_content& node) {
  std::string bytes;
  bytes.reserve(16 + node.below.size() * tree::reference_bytes);
  tree::put_byte(bytes, node_tag::blob);
  tree::put_byte(bytes, node.level);
  tree::put_length(bytes, node.size);
  for (const journal::hash256& each : node.below) tree::put_hash(bytes, each);
  return bytes;
}

journal::hash256 hash_of_node(std::string_view bytes) { return tree::hash_bytes(bytes); }

result<std::string_view> decode_chunk(std::string_view bytes) {
  const auto stored = decode(bytes, node_tag::chunk);
  if (!stored) return stored.error();
  return stored->text;
}

result<blob_content> decode_blob_node(std::string_view bytes) {
  auto stored = decode(bytes, node_tag::blob);
  if (!stored) return stored.error();
  return blob_content{stored->level, stored->size, std::move(stored->references)};
}

bool refers_to_chunks(std::string_view bytes) noexcept {
  return bytes.size() >= 2 && bytes[0] == static_cast<char>(node_tag::blob) && bytes[1] == 0;
}

}  // namespace theus
