#pragma once

#include "run_tasks.hpp"

namespace theus::journal {

// What a writer knows of one run's rows without reading them.
struct known_rows {
  run_tasks tasks;
  // Not so: there is certainly none.
  bool may_have_timers = true;
  // There is certainly none behind this one; `before_first`: none at all.
  sequence newest_backlog{UINT64_MAX};
  bool may_have_children = true;  // that are to hear of its end

  static known_rows of_new_run() { return {{}, false, before_first, false}; }
  static known_rows of_anchor(const anchor& a) {
    return {run_tasks::of_anchor(a), !a.wakeups.empty(), before_first, !a.children.empty()};
  }
};

}  // namespace theus::journal
