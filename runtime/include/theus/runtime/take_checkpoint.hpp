#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "theus/journal/store.hpp"
#include "theus/runtime/engine.hpp"
#include "theus/runtime/node_archive.hpp"
#include "theus/runtime/recovery.hpp"

namespace theus {

struct taken_checkpoint {
  journal::sequence at{};            // the turn; before_first: there was nothing to take
  journal::sequence from{};          // the checkpoint that it was reached from; before_first: none
  std::uint64_t records = 0;         // that were replayed
  std::size_t steps = 0;             // of the history it holds
  std::size_t nodes = 0;             // that were not stored before
  std::size_t bytes = 0;             // in these and in the checkpoint itself
  std::vector<std::string> damaged;  // earlier checkpoints that could not be used
};

// Takes a checkpoint of a run as of its last turn up to `through`: replays it from the checkpoint
// before and the records behind that, which verifies that one; writes; reads it again and brings a
// machine back from it, whose state has to be the recorded one. One that is not is erased. The run
// itself is not disturbed, but its workflow's code runs here, maybe beside its own run of it.
// Errors: mismatch (explained), not_found, unknown_workflow, corrupt, those of the store.
// Thread: any; blocks.
result<taken_checkpoint> take_checkpoint(journal::store& store, node_archive& archive,
                                         const registry& what, journal::run_id run,
                                         const machine_limits& bounds = {},
                                         journal::sequence through = last_sequence);

// Brings a machine back from this checkpoint, whose state has to be that of the record it stands
// for. Of one that an anchor names that record is gone: the anchor vouches for its hash.
// Errors: what is wrong with it.
result<void> check_checkpoint(journal::store& store, node_archive& archive, const registry& what,
                              const journal::checkpoint_id& id, const machine_limits& bounds = {});

// The same, and reaches that record once more from the checkpoint before, or from zero where the
// history is kept.
// Errors: what is wrong with it.
result<void> verify_checkpoint(journal::store& store, node_archive& archive, const registry& what,
                               const journal::checkpoint_id& id, const machine_limits& bounds = {});

}  // namespace theus
