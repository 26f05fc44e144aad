#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "theus/journal/store.hpp"

namespace theus::journal {

// A run's records as they lie on disk, first to last: what moves between journals, byte for byte,
// so hashes and golden files stay what they were.
struct history {
  // Of a trimmed run: what stands for the records that are gone.
  struct base {
    checkpoint_row checkpoint;       // that the run's newest anchor names
    std::vector<std::string> nodes;  // all that it needs, each behind those that it refers to

    friend bool operator==(const base&, const base&) = default;
  };

  run_id run;
  std::vector<std::string> records;
  std::optional<base> behind = std::nullopt;
  // Nodes of the blobs that the records mention, each behind those that it refers to.
  std::vector<std::string> blobs = {};

  friend bool operator==(const history&, const history&) = default;
};

// The nodes that a node's bytes refer to: what nodes are is the runtime's. Errors: corrupt,
// unknown_version.
using node_references = std::function<result<std::vector<hash256>>(std::string_view node)>;

// One portable file, with SHA-256 of all that it holds; docs/journal-format.md lays it out. A run
// that is whole has version 1, a trimmed one 2, and one with blobs 3. The file is there whole or
// not at all.
// Errors: limit_exceeded beyond limits::history_bytes, disk_full, io_error.
result<void> write_history(const std::filesystem::path& path, const history& h,
                           const limits& bounds = {});
// Errors: not_found, bad_input (no history file), unknown_version, corrupt, limit_exceeded,
// io_error.
result<history> read_history(const std::filesystem::path& path, const limits& bounds = {});

// Of a trimmed run its checkpoint, the nodes below it and the records behind it; of any run the
// blobs that its records mention. While others trim the run or collect nodes, it begins again where
// they were in its way.
// Errors: not_found (also of a blob), limit_exceeded, and those of store::read; bad_input for a
// trimmed run without `below`; trimmed when that happens again and again.
result<history> export_history(store& from, run_id run, const limits& bounds = {},
                               const node_references& below = {});
// Appends all records as one unit: the run is there whole or not at all. Its rows are derived, so
// a run that was waiting waits on here. The checkpoint of a trimmed one comes before that, and goes
// again when the run is refused; its nodes stay for the next collection, beside which no trimmed
// run is to be imported. `below` has to be the one that it was exported with. What a killed import
// left of a run that is not there is replaced by the next import of it, and erased by an engine.
// Errors: bad_input for a trimmed run without `below`, and, naming it, when a blob that a record
// mentions is neither in the history nor in the journal; workflow_exists when the journal has this
// run, or a running one with its workflow id, or one of its request; corrupt when the records are
// not a chain that opens a run, or one behind a checkpoint that an anchor among them names, or
// nodes are missing or not needed; limit_exceeded; stopped when `owner` is fenced; and what the
// append ran into.
result<void> import_history(store& to, epoch owner, history h, const limits& bounds = {},
                            const node_references& below = {});

}  // namespace theus::journal
