#include <algorithm>

#include "theus/runtime/blobs.hpp"

namespace theus {

using journal::hash256;

blob_writer::blob_writer(node_archive& to, std::shared_ptr<blob_pins> pins)
    : saving_(std::make_shared<node_archive::saving>(to)), pins_(std::move(pins)), open_(1) {}

result<void> blob_writer::note(result<void> done) {
  if (!done) failed_ = done.error();
  return done;
}

result<void> blob_writer::write(std::span<const std::byte> content) {
  if (failed_) return *failed_;
  if (content.size() > blob::most_bytes - size_) {
    return note(error{errc::limit_exceeded, "a blob has at most 1 TiB"});
  }
  size_ += content.size();
  while (!content.empty()) {
    // The last chunk waits for what comes behind it: a full one is written with the next byte.
    if (chunk_.size() == blob_chunk_bytes) {
      if (auto done = write_chunk(); !done) return note(done);
    }
    const auto taken = std::min(content.size(), blob_chunk_bytes - chunk_.size());
    chunk_.reserve(blob_chunk_bytes);
    chunk_.insert(chunk_.end(), content.begin(), content.begin() + std::ptrdiff_t(taken));
    content = content.subspan(taken);
  }
  return {};
}

result<pinned_blob> blob_writer::finish() {
  if (failed_) return *failed_;
  failed_ = error{errc::bad_input, "the blob is finished"};
  if (size_ == 0) return pinned_blob();
  if (auto done = write_chunk(); !done) return done.error();
  hash256 root;
  for (unsigned level = 0; level < open_.size(); ++level) {
    const bool is_root = level + 1 == open_.size();
    if (!is_root) {
      if (auto done = make_room(level + 1); !done) return done.error();
    }
    const std::uint64_t size = open_[level].size;
    const auto closed = close(level);
    if (!closed) return closed.error();
    root = *closed;
    if (is_root) break;
    open_[level + 1].below.push_back(root);
    open_[level + 1].size += size;
  }
  pinned_blob done({root, size_}, saving_);
  if (pins_) pins_->put(saving_);
  return done;
}

// Room comes first: a node that is closed forgets its own chunks, and no other's.
result<void> blob_writer::write_chunk() {
  if (auto done = make_room(0); !done) return done;
  const std::string bytes = encode_chunk(chunk_);
  const hash256 hash = hash_of_node(bytes);
  if (auto done = saving_->keep(hash, bytes); !done) return done;
  open_[0].below.push_back(hash);
  open_[0].size += chunk_.size();
  chunk_.clear();
  return {};
}

// Closes the node of this level when it is full, and puts it into the one above.
result<void> blob_writer::make_room(unsigned level) {
  if (open_[level].below.size() < blob_fan_out) return {};
  if (level + 1 == open_.size()) open_.emplace_back();
  if (auto done = make_room(level + 1); !done) return done;
  const std::uint64_t size = open_[level].size;
  const auto closed = close(level);
  if (!closed) return closed.error();
  open_[level + 1].below.push_back(*closed);
  open_[level + 1].size += size;
  return {};
}

result<hash256> blob_writer::close(unsigned level) {
  open_node& closing = open_[level];
  const blob_content node{level, closing.size, std::exchange(closing.below, {})};
  closing.size = 0;
  const std::string bytes = encode_blob_node(node);
  const hash256 hash = hash_of_node(bytes);
  if (auto done = saving_->keep(hash, bytes); !done) return done.error();
  if (auto done = saving_->fold(hash, node.below); !done) return done.error();
  return hash;
}

}  // namespace theus
