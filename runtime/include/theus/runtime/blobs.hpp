#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "theus/runtime/node_archive.hpp"
#include <theus/value/blob.hpp>
#include <theus/value/blob_nodes.hpp>

// Blobs: bytes of up to 1 TiB beside a journal, written and read piece by piece, each content
// stored once. One stays as long as a record or a checkpoint mentions it, or a pin does; the rest
// goes with the next collection.
namespace theus {

// Keeps blobs: all that was put into it, as long as it is there. Thread: any.
class blob_pins {
 public:
  void put(std::shared_ptr<const void> pin) {
    const std::lock_guard lock(mutex_);
    pins_.push_back(std::move(pin));
  }
  bool empty() const {
    const std::lock_guard lock(mutex_);
    return pins_.empty();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const void>> pins_;
};

// A blob that no collection takes, as long as this or a copy of it is there. Thread: as a value.
// Lifetime: ends before the journal that it is in.
class pinned_blob {
 public:
  pinned_blob() = default;  // the empty one
  pinned_blob(const blob& what, std::shared_ptr<const void> pin)
      : what_(what), pin_(std::move(pin)) {}

  const blob& get() const noexcept { return what_; }
  operator const blob&() const noexcept { return what_; }

 private:
  blob what_;
  std::shared_ptr<const void> pin_;
};

// Writes a blob from its beginning to its end. A few hundred KiB of memory, whatever its size. What
// was written and not finished goes with the next collection. Thread: one at a time; blocks.
class blob_writer {
 public:
  // `pins`: keep what is finished, too. They may be none.
  explicit blob_writer(node_archive& to, std::shared_ptr<blob_pins> pins = {});

  // Errors: limit_exceeded beyond 1 TiB; disk_full, io_error. After one, every call gives it.
  result<void> write(std::span<const std::byte> content);
  result<void> write(std::string_view content) {
    return write(std::as_bytes(std::span(content.data(), content.size())));
  }
  // Once, at the end.
  result<pinned_blob> finish();

 private:
  struct open_node {
    std::vector<journal::hash256> below;
    std::uint64_t size = 0;
  };

  result<void> note(result<void> done);
  result<void> write_chunk();
  result<void> make_room(unsigned level);
  result<journal::hash256> close(unsigned level);

  std::shared_ptr<node_archive::saving> saving_;
  std::shared_ptr<blob_pins> pins_;
  std::vector<std::byte> chunk_;
  std::vector<open_node> open_;  // by level
  std::uint64_t size_ = 0;
  std::optional<error> failed_;
};

// Reads a blob anywhere. Holds one chunk and the nodes above it, about 160 KiB. Thread: one at a
// time; blocks. Lifetime: borrows the source.
class blob_reader {
 public:
  // `pin` is held as long as the reader is there.
  blob_reader(node_source& from, const blob& what, std::shared_ptr<const void> pin = {});

  const blob& what() const noexcept { return what_; }
  std::uint64_t size() const noexcept { return what_.size; }

  // As many bytes as fit and there are, from `offset` on; 0 at the end.
  // Errors, naming the blob, the byte and the node: corrupt (damaged, or not of this size),
  // not_found (collected, or never there), those of the source.
  result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into);

 private:
  result<void> seek(std::uint64_t offset);
  error at(std::uint64_t offset, const error& what) const;

  // What was read last at each level.
  struct open_node {
    journal::hash256 hash;
    blob_content node;
  };

  node_source* from_;
  blob what_;
  std::shared_ptr<const void> pin_;
  std::vector<open_node> open_;  // from the root down
  std::string chunk_;            // as it is stored
  std::uint64_t chunk_at_ = 0;   // where its content begins
};

// The blob of that hash. Errors: not_found; bad_input, when something else has it.
result<blob> find_blob(node_source& from, const journal::hash256& hash);

// A blob and who mentions it.
struct mentioned_blob {
  blob what;
  bool is_stored = false;     // otherwise its size is not known
  std::uint64_t records = 0;  // that mention it
  std::uint64_t checkpoints = 0;
};

// The blobs of a journal. A handle: copies are the same. Thread: any; blocks, reading at most a few
// nodes.
class blob_store {
 public:
  // `pins`: keep what is finished or pinned here, too. They may be none.
  explicit blob_store(node_archive& nodes, std::shared_ptr<blob_pins> pins = {})
      : nodes_(&nodes), pins_(std::move(pins)) {}

  blob_writer create() { return blob_writer(*nodes_, pins_); }
  // Writes one whole.
  result<pinned_blob> put(std::span<const std::byte> content);
  result<pinned_blob> put(std::string_view content) {
    return put(std::as_bytes(std::span(content.data(), content.size())));
  }

  // Errors: not_found; corrupt, when it is of another size.
  result<pinned_blob> pin(const blob& what);
  // Pinned as long as the reader is there.
  result<blob_reader> open(const blob& what);
  // All of a blob of at most `most` bytes. Errors: limit_exceeded.
  result<std::string> get(const blob& what, std::size_t most = std::size_t{16} << 20);
  // The blob of that hash, pinned. Errors: not_found; bad_input, when something else has it.
  result<pinned_blob> find(const journal::hash256& hash);
  // Pins every blob that a payload mentions. Errors: bad_input, naming one that is not stored.
  result<void> pin_all_in(std::string_view json);

 private:
  node_archive* nodes_;
  std::shared_ptr<blob_pins> pins_;
};

// Every blob that a record mentions or that a checkpoint keeps for what it remembers of records, by
// hash. Those that only a Context keeps are not looked for.
// Errors: those of the store.
result<std::vector<mentioned_blob>> list_blobs(journal::checkpoint_store& kept);

}  // namespace theus
