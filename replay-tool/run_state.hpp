#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "theus/runtime/activity_type.hpp"
#include "theus/value/value.hpp"

#include "journal_access.hpp"
#include "verdict.hpp"

namespace theus::tool {

// A phase or iteration that has begun and is not over.
struct open_scope {
  std::string path;  // "3", "3/7" for iteration 7 of a loop
  std::string kind;  // "phase" or "loop"
  std::string name;
  std::uint32_t iteration = 0;  // of a loop, from 1
  value context;                // of its branch
  value around;                 // what it will be merged into, as it is now

  std::string described() const;  // "phase 'onboard' 3", "loop 'billing' 3, iteration 7"
};

// A run's Context after a turn.
struct run_state {
  journal::instance_row run;
  std::uint64_t turn = 0;  // the record that holds it; 0 before the first
  journal::wall_time time;
  bool is_finished = false;
  value context = map();
  std::vector<open_scope> open;  // outermost first
  // What it waits for within itself: "a mutex in scope 2".
  std::vector<std::string> inner_waits;
  bool is_deadlocked = false;  // it waits for nothing else
};

// Found by replaying the run with this binary's code: after the last turn among the records up to
// `at`, by default all. From the newest checkpoint up to there that can be used, unless from zero:
// then every record that is left is replayed, and phases and iterations that are over are run, too.
// Throws error_exception: not_found for a record that there is not, trimmed for one that has gone,
// mismatch and unknown_workflow when the code does not fit.
run_state state_at(const registry& code, const journal::instance_row& run,
                   std::optional<std::uint64_t> at, extent how, journal_access& journal);

}  // namespace theus::tool
