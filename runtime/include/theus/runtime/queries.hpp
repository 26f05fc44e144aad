#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "theus/journal/store.hpp"
#include "theus/runtime/control_messages.hpp"
#include "theus/runtime/engine.hpp"

// Questions about a journal that need no engine: asked by the control socket's server, and by the
// tool when it opens the journal itself. Reads block.
namespace theus {

// The newest run with this workflow id, or the run with this run id. Errors: not_found, and those
// of reading.
result<journal::instance_row> find_instance(journal::store& store, std::string_view id);

// Records from `from`, as they lie on disk: at most `max_records`, and no further one once
// `max_bytes` are reached; at least one if there is one. Memory stays near `max_bytes`, or the
// size of the largest record.
struct raw_page {
  std::vector<std::string> raw;
  bool is_last = true;
};
result<raw_page> read_raw_page(journal::store& store, journal::run_id run, journal::sequence from,
                               std::size_t max_records, std::size_t max_bytes);

// The run's newest checkpoints, 1,000 at most; each is read. Errors: those of the store that do not
// concern one checkpoint alone.
result<control::checkpoint_list> list_checkpoints(journal::store& store, journal::run_id run);
// Up to `max_bytes` of the checkpoint. Errors: not_found, and those of reading.
result<control::checkpoint_piece> read_checkpoint_piece(journal::store& store,
                                                        const journal::checkpoint_id& id,
                                                        std::uint64_t from, std::size_t max_bytes);
// Of the first `max_nodes` of those wanted, and none further once `max_bytes` are reached.
// Errors: those of reading.
result<control::node_page> read_node_page(journal::store& store,
                                          std::span<const journal::hash256> wanted,
                                          std::size_t max_nodes, std::size_t max_bytes);

// A run's last record but for anchors, which tell nothing new; absent: there is no such run.
// Errors: corrupt, and those of reading.
result<std::optional<journal::record>> last_telling_record(journal::store& store,
                                                           journal::run_id run);

// How a run ended, if its last turn did end it; status running otherwise.
run_outcome outcome_in(journal::run_id run, const journal::record& last);
// Errors: not_found, corrupt, and those of reading.
result<run_outcome> read_outcome(journal::store& store, journal::run_id run);

}  // namespace theus
