#include <algorithm>

#include "theus/runtime/blobs.hpp"

namespace theus {

using journal::hash256;

blob_reader::blob_reader(node_source& from, const blob& what, std::shared_ptr<const void> pin)
    : from_(&from), what_(what), pin_(std::move(pin)) {}

error blob_reader::at(std::uint64_t offset, const error& what) const {
  return {what.code,
          "blob " + what_.id() + " at byte " + std::to_string(offset) + ": " + what.message};
}

result<std::size_t> blob_reader::read(std::uint64_t offset, std::span<std::byte> into) {
  std::size_t done = 0;
  while (done < into.size() && offset < what_.size) {
    if (auto found = seek(offset); !found) return at(offset, found.error());
    const std::string_view content = std::string_view(chunk_).substr(1);
    const auto skipped = static_cast<std::size_t>(offset - chunk_at_);
    const auto taken = std::min(content.size() - skipped, into.size() - done);
    std::transform(content.begin() + std::ptrdiff_t(skipped),
                   content.begin() + std::ptrdiff_t(skipped + taken),
                   into.begin() + std::ptrdiff_t(done),
                   [](char c) { return static_cast<std::byte>(c); });
    done += taken;
    offset += taken;
  }
  return done;
}

// Brings the chunk with that byte here. Of each node that is read its place says the level and how
// much content there is below it.
result<void> blob_reader::seek(std::uint64_t offset) {
  if (!chunk_.empty() && offset >= chunk_at_ && offset - chunk_at_ < chunk_.size() - 1) return {};
  chunk_.clear();
  const auto damaged = [](const hash256& hash, const std::string& why) {
    return error{errc::corrupt, "node " + hash.to_string() + ": " + why};
  };
  hash256 hash = what_.hash;
  std::uint64_t size = what_.size;
  std::uint64_t begin = 0;
  for (std::size_t depth = 0;; ++depth) {
    if (depth == open_.size() || open_[depth].hash != hash) {
      open_.resize(depth);
      const auto bytes = from_->get(hash);
      if (!bytes) return bytes.error();
      auto node = decode_blob_node(*bytes);
      if (!node) return damaged(hash, node.error().message);
      const bool is_lowest = node->level == 0 || size > blob_bytes_below(node->level);
      const bool fits = node->size == size &&
                        (depth == 0 ? is_lowest : node->level + 1 == open_.back().node.level);
      if (!fits) return damaged(hash, "it is not the part of a blob that its place asks for");
      open_.push_back({hash, std::move(*node)});
    }
    const blob_content& node = open_[depth].node;
    const std::uint64_t each = blob_bytes_below(node.level);
    const auto slot = static_cast<std::size_t>((offset - begin) / each);
    hash = node.below[slot];
    begin += slot * each;
    size = std::min(each, size - slot * each);
    if (node.level == 0) break;
  }
  auto bytes = from_->get(hash);
  if (!bytes) return bytes.error();
  const auto content = decode_chunk(*bytes);
  if (!content) return damaged(hash, content.error().message);
  if (content->size() != size) return damaged(hash, "a chunk has another size than its place");
  chunk_ = std::move(*bytes);
  chunk_at_ = begin;
  return {};
}

}  // namespace theus
