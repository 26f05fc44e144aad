#pragma once

#include <optional>
#include <span>
#include <string>

#include "theus/journal/store.hpp"
#include "theus/runtime/engine.hpp"
#include "theus/runtime/machine.hpp"
#include "theus/runtime/node_archive.hpp"

// Paranoid mode: every turn is made twice, in surroundings that have nothing in common, before
// anything of it is recorded (design section 8).
namespace theus {

// Where a run comes from, to be brought back once more. All of it outlives the turn.
struct run_source {
  journal::store& journal;
  node_archive& archive;
  const registry& what;
  const machine_limits& bounds;
};

// A turn that nobody recorded yet.
struct new_turn {
  journal::run_id run;
  journal::head before;                      // before_first: the run begins with it
  std::span<const journal::event> attempts;  // noted in front of it
  std::span<const event_batch> intakes;
  event_batch own;
};

// The turn as `body` makes it, which the attempts were noted to already.
step_result step_first(machine& body, const new_turn& turn);

// Makes the turn once more, with a machine of its own that is brought back from the journal, and
// says what differs from `made`, which is how `body` made it: for people, several lines. Nothing
// if nothing does. Reads the journal and runs the workflow's code from its newest checkpoint on:
// blocks for that long.
std::optional<std::string> differs_once_more(const run_source& from, const new_turn& turn,
                                             const turn_draft& made, const machine& body);

}  // namespace theus
