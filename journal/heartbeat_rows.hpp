#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "theus/journal/errc.hpp"
#include "theus/journal/rows.hpp"

#include "engine.hpp"

namespace theus::journal {

class unit;

// The heartbeats of activities that are not over: the kept rows, and a copy of them in memory, so
// that an append knows without reading which it has to take away, if any.
// Thread: one at a time for what changes them, the store's writer; any for the rest.
class heartbeat_rows {
 public:
  // In place of what is here. Errors: corrupt, io_error.
  result<void> load(engine& stored);

  // Takes out those of runs that have ended: one that came behind the record that ended its run
  // stays until the next opening. Errors: io_error.
  result<void> erase_orphans(engine& stored);

  // What is to be written for `row`.
  change put(const heartbeat_row& row);
  // What goes with the calls and the run that `u` ends.
  void erase_ended(const unit& u, batch& out);

  std::optional<heartbeat_row> find(run_id run, const command_id& id) const;
  std::vector<heartbeat_row> of(run_id run) const;

 private:
  using calls = std::map<command_id, heartbeat_row>;

  mutable std::mutex mutex_;
  std::unordered_map<run_id, calls> runs_;
};

}  // namespace theus::journal
