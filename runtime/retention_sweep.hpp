#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "theus/journal/store.hpp"

namespace theus {

class engine_core;

// Applies the retention of workflow types to runs to which nothing happens: those that wait, and
// those that are finished. What has become due by time alone is found by passes over the rows of
// all runs. A pass goes on with each sweep of the engine, by `retention_rows` runs and
// `retention_trims` of what is to be done: with 512 rows each 10 s a pass over 100,000 runs takes
// 33 minutes, and so much later than due something may go.
//
// Cost: nothing when no type lets records go. A run of such a type: a few rows, a record for each
// of its checkpoints, and its end if it is finished: 10 to 50 µs. A finished run of which all may
// go for an hour is looked at in one pass of an engine's life, and again in the next only if
// something failed; all other passes read its row and nothing else. Nothing is loaded to find that
// nothing is due; what is due is verified, which replays the checkpoint, and a run that waits is
// loaded to be trimmed. One is trimmed at a time, and the background does what else there is in
// between.
//
// Each write leaves a journal that the next pass goes on from, whatever is killed: a last
// checkpoint, the anchor that trims in one commit, the erasure of checkpoints before it.
// Thread: the background executor.
class retention_sweep {
 public:
  explicit retention_sweep(engine_core& core);

  // Goes on with the pass. What the last sweep still waits for is left to itself.
  void sweep();

 private:
  struct failure {
    std::string message;
    journal::wall_time at;
  };

  bool is_over() const;
  void go_on(std::uint64_t number);
  bool read_page();
  bool may_be_due(const journal::instance_row& row) const;
  bool failed_lately(journal::run_id run) const;
  // True: somebody goes on with the sweep later.
  bool tend(journal::run_id run, std::uint64_t number);
  void trimmed(journal::run_id run, std::uint64_t number, const result<void>& how);
  void note_failure(journal::run_id run, const error& why);

  engine_core& core_;
  const bool is_wanted_;

  // Of the sweep under way.
  std::uint64_t number_ = 0;
  std::deque<journal::instance_row> page_;
  bool is_last_page_ = false;
  std::size_t trims_left_ = 0;
  bool waits_ = false;  // for a trim

  // Of the pass.
  std::optional<journal::run_id> after_;
  journal::wall_time began_{};
  bool has_failed_ = false;

  // Finished runs of which all might go by then have been dealt with.
  std::optional<journal::wall_time> done_until_;
  std::map<journal::run_id, failure> failures_;
  bool has_told_of_more_ = false;
};

}  // namespace theus
