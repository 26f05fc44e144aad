#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "theus/value/blob_nodes.hpp"
#include "theus/value/storage.hpp"

#include "fuzz/targets.hpp"
#include "value/memory_nodes.hpp"

namespace theus::fuzz {
namespace {

constexpr load_limits few{.bytes = 1024 * 1024, .values = 20'000};
constexpr std::string_view mark = "\xFE\xED";

// The node's bytes with the hash of an earlier one in place of each mark and its number.
std::string linked(std::string_view bytes, const std::vector<journal::hash256>& earlier) {
  std::string node;
  for (std::size_t at = 0; at < bytes.size();) {
    if (bytes.substr(at, 2) == mark && at + 2 < bytes.size()) {
      const auto number = static_cast<unsigned char>(bytes[at + 2]);
      const journal::hash256 hash = number < earlier.size() ? earlier[number] : journal::hash256{};
      node.append(hash.bytes.begin(), hash.bytes.end());
      at += 3;
    } else {
      node += bytes[at++];
    }
  }
  return node;
}

void check(const error& refusal) {
  require(refusal.code == errc::corrupt || refusal.code == errc::unknown_version ||
              refusal.code == errc::limit_exceeded || refusal.code == errc::not_found,
          "a node is refused with a documented error");
  require(!refusal.message.empty(), "a refusal says why");
}

// Has every blob that is mentioned: loading a value does not ask whether its blobs are stored.
struct nodes_beside_blobs : test::memory_nodes {
  std::set<journal::hash256> blobs;

  result<bool> holds(const journal::hash256& node) override {
    return blobs.contains(node) ? result<bool>(true) : test::memory_nodes::holds(node);
  }
};

void check_blob_node(std::string_view node) {
  if (const auto chunk = decode_chunk(node)) {
    require(encode_chunk(std::as_bytes(std::span(*chunk))) == node, "a chunk has one form");
  }
  if (const auto inner = decode_blob_node(node)) {
    require(encode_blob_node(*inner) == node, "a node of a blob has one form");
    require(blobs_below(node) == inner->below, "all below a blob is of the blob");
  }
}

}  // namespace

void nodes(input bytes) {
  std::string_view left(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  test::memory_nodes stored;
  std::vector<journal::hash256> hashes;
  while (left.size() >= 2 && hashes.size() < 255) {
    const std::size_t size =
        static_cast<unsigned char>(left[0]) | std::size_t{static_cast<unsigned char>(left[1])} << 8;
    left.remove_prefix(2);
    const std::string node = linked(left.substr(0, size), hashes);
    left.remove_prefix(std::min(size, left.size()));
    hashes.push_back(stored.add(node));
    if (const auto references = references_of(node); !references) check(references.error());
    check_blob_node(node);
  }
  if (hashes.empty()) return;
  const auto loaded = load(hashes.back(), stored, few);
  if (!loaded) return check(loaded.error());
  require(loaded->depth() <= value_limits::depth, "a value that loads is not too deep");
  require(test::rebuilt(*loaded).root() == hashes.back(),
          "what loads is the only form of its value");
  require(test::rebuilt(*loaded) == *loaded, "what loads equals its like");
  nodes_beside_blobs again;
  for (const auto& [hash, node] : stored.nodes)
    for (const auto& mentioned : blobs_below(node)) again.blobs.insert(mentioned);
  require(save(*loaded, again).value().root == hashes.back(), "what loads is saved as it was");
  for (const auto& [hash, node] : again.nodes)
    require(stored.nodes.contains(hash) && stored.nodes[hash] == node, "node by node");
}

}  // namespace theus::fuzz
