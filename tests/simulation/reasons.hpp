#pragma once

#include <set>
#include <string>
#include <vector>

#include "theus/journal/store.hpp"
#include "theus/runtime/engine.hpp"

#include "simulation/auditor.hpp"
#include "simulation/simulated_activities.hpp"
#include "simulation/verdict.hpp"

namespace theus::simulation {

// Asked when nothing is ready: what would make each unfinished run go on (invariants 5 and 7)?

// The rows are those that follow from the runs' states: none is missing, none is left over.
void check_rows(const auditor& audit, journal::store& witness, verdict& outcome);

struct idle_engine {
  const simulated_activities& activities;
  std::size_t activities_at_once;
  const activity_queues& queues;
  journal::wall_time swept;  // what was due by then is known to it
  std::vector<stuck_run> stuck;
};

// Of an engine whose disk is well: every run waits for something that will come. A running attempt,
// a deadline ahead, somebody's signal, or its next try when it is stuck.
void check_reasons(const auditor& audit, const idle_engine& engine, verdict& outcome);

}  // namespace theus::simulation
