#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "theus/journal/store.hpp"
#include "theus/runtime/checkpoint.hpp"
#include "theus/runtime/engine.hpp"
#include "theus/runtime/node_archive.hpp"
#include "theus/runtime/replayer.hpp"

// A run's history as it is replayed: the newest checkpoint that can be read, and the records behind
// it. Reads block: the caller decides on which thread.
namespace theus {

constexpr std::uint32_t known_semantics = 1;
constexpr std::size_t replay_page_records = 1'024;
constexpr journal::sequence last_sequence{~std::uint64_t{0}};

// Why a run cannot be replayed with these workflows; empty when it can.
std::string why_not_replayable(const journal::started& start, const registry& what);
// The event that a run begins with; null when the record starts no run.
const journal::started* started_in(const journal::record& first);
const journal::started* started_in(const checkpoint& c);

// Is it one checkpoint that is at fault, and not the store?
bool concerns_one_checkpoint(errc code);

struct found_checkpoint {
  std::optional<checkpoint> newest;
  std::vector<std::string> damaged;              // newer ones that cannot be read, and why
  std::vector<journal::checkpoint_id> unusable;  // the same
};
// Of those up to `through`. Errors: those of the store that do not concern one checkpoint alone.
result<found_checkpoint> find_checkpoint(journal::store& store, node_archive& archive,
                                         journal::run_id run,
                                         journal::sequence through = last_sequence);

struct replayed_tail {
  std::optional<mismatch> found;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  bool has_ends = false;  // phases or iterations ended in it
};
// Feeds what the checkpoint holds and the records behind it, up to `through`. What is over by then
// is not run again, unless `from_zero`, and then there is no checkpoint.
// `read_already` is the first page of them, of replay_page_records, where it is at hand.
// Errors: those of reading; corrupt where the checkpoint is not what it says.
result<replayed_tail> replay_run(journal::store& store, journal::run_id run, const checkpoint* from,
                                 replayer& into, journal::sequence through = last_sequence,
                                 bool from_zero = false,
                                 std::vector<journal::stored_record> read_already = {});

// The last turn, from `from` up to `through`, behind which no event waits for a turn; before_first
// if there is none. A checkpoint may be taken there.
result<journal::sequence> last_settled_turn(journal::store& store, journal::run_id run,
                                            journal::sequence from, journal::sequence through);

}  // namespace theus
