#pragma once

#include "theus/journal/errc.hpp"

namespace theus::tool {

// What scripts can rely on; docs/tool.md lists them for users.
enum class exit_code : int {
  ok = 0,
  run_failed = 1,   // the run failed or was cancelled; replay found a mismatch; a query failed
  bad_input = 2,    // flags, JSON, types, limits
  not_found = 3,    // no such workflow id, run, file, journal
  unavailable = 4,  // the journal is held by a process that does not answer, or by none
  corrupt = 5,      // journal or file are damaged, or written by a newer Theus
  refused = 6,      // the state forbids it: workflow_exists, run_finished
  disk = 7,         // disk_full, io_error
  interrupted = 8,  // stopped, timed_out: what was asked for may have happened or not
};

exit_code exit_code_of(errc code);

}  // namespace theus::tool
