#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "theus/journal/trimming.hpp"
#include "theus/runtime/machine.hpp"
#include "theus/runtime/node_archive.hpp"

namespace theus {

struct registry;

// How long the records of a run stay that a checkpoint stands for (semantics rule 7). What goes is
// no longer there to be replayed, shown or exported; the run goes on as before. It goes when a
// checkpoint is taken, and as a sweep of the engine finds it due (retention_sweep.hpp). What
// follows its last checkpoint but one stays as long as the run goes on; when it has been over for
// that long, all goes that a checkpoint before its end stands for. The turn that ends a run always
// stays.
struct retention {
  // How old records are at least when they go; absent: none goes.
  std::optional<std::chrono::microseconds> trims_after;
};

inline constexpr retention keep_all{};
// Whatever the last checkpoint but one stands for goes.
inline constexpr retention trim_to_checkpoint{std::chrono::microseconds(0)};
// Records stay at least that long: what goes is up to a checkpoint of that age.
template <class Rep, class Period>
constexpr retention keep_for(std::chrono::duration<Rep, Period> age) {
  return {std::chrono::ceil<std::chrono::microseconds>(age)};
}

// Of workflow types, by name; those that are not there keep all.
using retentions = std::map<std::string, retention, std::less<>>;

// Which of the run's checkpoints, newest first, may not go: the last two; the one that is truth;
// and, where records go by age, the oldest, which will be of that age first.
bool is_kept(const std::vector<journal::checkpoint_id>& all, std::size_t index,
             journal::sequence trimmed_through, const retention& how);

// Where a last checkpoint of a run is to be taken, the last record before its end, because all that
// it stands for may go; before_first: none is due. One is when 64 records or more lie between the
// last one and the end, and phases or iterations ended in the first 1,024 of them: what has not
// ended a checkpoint would hold once more.
// Reads rows, the run's end, and those records. Errors: those of the store. Thread: any; blocks.
result<journal::sequence> due_last_checkpoint(journal::store& store, const registry& what,
                                              journal::run_id run, journal::wall_time now);

// What is to be appended to trim the run as its type says; absent: nothing has to go.
// Reads rows, and a record for each checkpoint; when something is due, what goes.
// Errors: those of the store, and of journal::make_anchor. Thread: any; blocks.
result<std::optional<journal::anchor>> due_anchor(journal::store& store, const registry& what,
                                                  journal::run_id run, journal::wall_time now);

// Erases the run's checkpoints that lie before the one which its newest anchor names.
// Errors: those of the store. Thread: any.
result<void> erase_outdated(journal::store& store, journal::run_id run);

// What is to be appended to trim the run to its newest checkpoint, which is verified.
// Errors: not_found (it has none); what is wrong with it; those of journal::make_anchor.
// Thread: any; blocks.
result<journal::anchor> newest_anchor(journal::store& store, node_archive& archive,
                                      const registry& what, journal::run_id run,
                                      const machine_limits& bounds = {});

}  // namespace theus
