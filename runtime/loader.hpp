#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "theus/journal/store.hpp"
#include "theus/runtime/engine.hpp"
#include "theus/runtime/machine.hpp"
#include "theus/runtime/node_archive.hpp"
#include "theus/runtime/recovery.hpp"

// Bringing a run back from its records. Reads block: the caller decides on which thread.
namespace theus {

struct loaded_run {
  std::string workflow_id;
  std::unique_ptr<machine> body;
  journal::head head;
  std::vector<replayer::unconsumed_intake> unconsumed;
  std::string build;                 // that made the last turn; "" when that is not known
  replayed_tail tail;                // behind the checkpoint, if there was one
  std::vector<std::string> damaged;  // checkpoints that could not be used
};

// The run cannot go on with this binary: it is left as it is and looked at again later.
struct set_aside_run {
  std::string workflow_id;
  std::string reason;
  bool is_mismatch = false;
};

struct absent_run {};

using load_result = std::variant<loaded_run, set_aside_run, absent_run>;

// Replays the run from its newest checkpoint, commands compared at every turn and the state at the
// end (rule 15). Errors: those of reading the journal.
result<load_result> load_run(journal::store& store, node_archive& archive, const registry& what,
                             journal::run_id run, const machine_limits& bounds);

// How a finished run ended, from its last record. Errors: corrupt when it does not say, and those
// of reading.
result<run_outcome> outcome_of(journal::store& store, journal::run_id run);
// Of the record that ended the run; nothing if this one did not.
std::optional<run_outcome> ending_in(journal::run_id run, const journal::record& last);
// Of the last turn's commands; nothing if they do not end the run.
std::optional<run_outcome> outcome_in(journal::run_id run,
                                      const std::vector<journal::command>& commands);

}  // namespace theus
