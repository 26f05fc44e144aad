#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "theus/journal/errc.hpp"
#include "theus/journal/ids.hpp"
#include "theus/journal/rows.hpp"

namespace theus::journal {

// A node of a tree of values: bytes that are found by their SHA-256.
struct stored_node {
  hash256 hash;
  std::string bytes;

  friend bool operator==(const stored_node&, const stored_node&) = default;
};

struct checkpoint_id {
  run_id run;
  sequence at{};

  friend auto operator<=>(const checkpoint_id&, const checkpoint_id&) = default;
};

// What replaces the records of a run up to `id.at`. Derived from them, as long as they are there:
// the store keeps the bytes and does not look into them.
struct checkpoint_row {
  checkpoint_id id;
  std::vector<hash256> roots;  // the nodes it needs, and with them all nodes below
  std::string bytes;

  friend bool operator==(const checkpoint_row&, const checkpoint_row&) = default;
};

// One life of the database under a store. Each `store::reopen` begins another, in which the end of
// what was put before may be missing.
enum class opening : std::uint64_t {};

// Checkpoints and the nodes they need. Both follow from the records, so nobody waits for the disk:
// what is put or erased is seen at once, and durable with the next append. A crash leaves some
// first part of what was put and erased, each call whole or not at all: so whoever puts nodes
// before the checkpoint that needs them, and erases a checkpoint before its nodes, never finds a
// checkpoint without its nodes. Calls that build on earlier ones name the opening in which those
// were made, and are refused with disk_full in another.
// A `rebuild` does not concern them. One that an anchor names is truth (rule 7): it stays, and is
// exported with its run.
// Threads: any; what changes waits for the writers of the store. Errors of each: io_error,
// disk_full; of reads also corrupt, which names the node, or the checkpoint's run and sequence.
class checkpoint_store {
 public:
  virtual ~checkpoint_store() = default;

  virtual opening opened() const = 0;

  // Checked against its hash.
  virtual result<std::optional<std::string>> node(const hash256& hash) = 0;
  // Whether there is one; its bytes are not looked at.
  virtual result<bool> holds_node(const hash256& hash) = 0;
  // After all nodes that they refer to, in the call or before it. Errors: bad_input (a node is not
  // what its hash says), limit_exceeded.
  virtual result<void> put_nodes(std::span<const stored_node> nodes, opening since) = 0;
  // Behind its nodes. Errors: bad_input (a root is not there, or the run's newest anchor names
  // another one in its place), limit_exceeded.
  virtual result<void> put_checkpoint(const checkpoint_row& row, opening since) = 0;

  virtual result<std::optional<checkpoint_row>> checkpoint(const checkpoint_id& id) = 0;
  // Of one run, newest first. Listing looks at no row: each may be damaged all the same.
  virtual result<std::vector<checkpoint_id>> checkpoints(run_id run, std::size_t max_rows) = 0;
  // Of all runs, by run, newest first.
  virtual result<std::vector<checkpoint_id>> checkpoints_after(
      const std::optional<checkpoint_id>& after, std::size_t max_rows) = 0;
  // Errors: bad_input, naming it: the run's newest anchor names it, so it is truth.
  virtual result<void> erase_checkpoint(const checkpoint_id& id) = 0;

  // By hash.
  virtual result<std::vector<hash256>> nodes_after(const std::optional<hash256>& after,
                                                   std::size_t max_nodes) = 0;
  // What records mention, by run and sequence: derived rows, of which only what is durable is seen.
  virtual result<std::vector<blob_row>> blobs(const std::optional<blob_row>& after,
                                              std::size_t max_rows) = 0;
  // None of which any checkpoint needs, nor a blob that a record mentions. Erasing what is not
  // there changes nothing.
  virtual result<void> erase_nodes(std::span<const hash256> nodes, opening since) = 0;
};

}  // namespace theus::journal
