#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "theus/journal/store.hpp"
#include "theus/value/storage.hpp"

namespace theus {

// What a collection did.
struct collected {
  struct damage {
    journal::checkpoint_id checkpoint;
    error what;  // names the checkpoint or the node
  };

  std::uint64_t checkpoints = 0;  // that were looked at
  std::uint64_t marked = 0;       // nodes that stay
  std::uint64_t swept = 0;        // nodes that went
  std::uint64_t bytes = 0;        // in those
  std::uint64_t spared = 0;       // that no checkpoint is known to need, but one given up may
  bool finished = false;          // false: stopped, or something is damaged and not given up
  // Checkpoints that cannot be read whole. With any, nothing is swept: erase them and collect
  // again.
  std::vector<damage> damaged;
  // Blobs of which a node cannot be read: what is below that node may go.
  std::vector<error> damaged_blobs;
};

// The nodes in a journal: of checkpoints' trees of values, and of blobs. Of what is stored, all
// below a node is stored as long as the node is, whatever is killed or stopped. One per store,
// which outlives it: savings and collections find one another here. Checkpoints that need nodes are
// put by a `saving` only. Thread: any.
class node_archive final : public node_source {
 public:
  explicit node_archive(journal::checkpoint_store& kept) : kept_(kept) {}
  node_archive(const node_archive&) = delete;
  node_archive& operator=(const node_archive&) = delete;

  // Errors: not_found, and the store's; they name the node.
  result<std::string> get(const journal::hash256& node) override;

  class saving;

  // Erases the nodes that no checkpoint needs, nor a blob that a record mentions, in small batches,
  // beside savings and appends: a first pass reads every node that is needed, a second one those
  // that are not. Memory: about 60 bytes for each node there is. Stopped, killed or failed, it
  // leaves every checkpoint as it was; what is left to erase, the next one erases. One at a time:
  // another is answered with bad_input. Errors: the store's, disk_full too when it was opened anew
  // meanwhile; unknown_version.
  result<collected> collect(const std::stop_token& stop = {});

  // Nodes that savings wrote, of checkpoints and of blobs, since it was made.
  std::uint64_t written() const { return written_.load(std::memory_order_relaxed); }

  // A damaged checkpoint that may not be erased (rule 7) no longer keeps collections from sweeping:
  // what it needs was stored before it, so whatever is stored when the next collection begins to
  // sweep stays from then on, and only what comes later can go. Until a collection finds the
  // checkpoint gone or whole. Memory: about 60 bytes for each node that stays for it.
  void give_up(const journal::checkpoint_id& damaged);

 private:
  struct hash_of_hash {
    std::size_t operator()(const journal::hash256& hash) const noexcept;
  };
  using hashes = std::unordered_set<journal::hash256, hash_of_hash>;
  using parent_counts = std::unordered_map<journal::hash256, std::uint32_t, hash_of_hash>;

  enum class phase { idle, marking, sweeping };
  class collection;

  journal::checkpoint_store& kept_;
  std::atomic<std::uint64_t> written_ = 0;

  std::mutex mutex_;
  std::unordered_set<saving*> savings_;
  std::set<journal::checkpoint_id> given_up_;
  // Of collections.
  std::set<journal::checkpoint_id> spared_for_;
  hashes spared_;  // all that was stored when the last of these was met
  // Of the collection under way.
  phase phase_ = phase::idle;
  hashes alive_;                        // once it sweeps, every other node is about to go
  std::vector<journal::hash256> grey_;  // alive, and what is below them, too
};

// Takes the nodes of one checkpoint's trees, then the checkpoint; or those of a blob. What it was
// told is stored stays so until it ends, whatever is erased or collected meanwhile. A saving that
// ends without its checkpoint, or before a record mentions its blob, leaves nodes that the next
// collection takes away.
// Thread: one at a time, for each.
class node_archive::saving final : public node_sink {
 public:
  explicit saving(node_archive& to);
  ~saving() override;
  saving(const saving&) = delete;
  saving& operator=(const saving&) = delete;

  result<bool> holds(const journal::hash256& node) override;
  result<void> put(const journal::hash256& node, std::string_view bytes) override;
  // Puts what is not held.
  result<void> keep(const journal::hash256& node, std::string_view bytes);
  // From here on `node`, which was kept, stands for `below`, to which it refers: what a saving
  // remembers does not grow with what it put. Writes what is not written yet.
  result<void> fold(const journal::hash256& node, std::span<const journal::hash256> below);
  // Writes what was put and is not written yet, then the row; roots are nodes that were put or
  // held. Errors: the store's; disk_full when the store was opened anew since this saving began:
  // begin another.
  result<void> put_checkpoint(const journal::checkpoint_row& row);

 private:
  friend class node_archive;
  result<void> flush();

  node_archive& archive_;
  const journal::opening since_;
  std::vector<journal::stored_node> buffer_;
  std::size_t buffered_bytes_ = 0;
  // Guarded by the archive's mutex.
  hashes put_;
  hashes relied_on_;
};

}  // namespace theus
