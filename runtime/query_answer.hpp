#pragma once

#include <string>
#include <vector>

#include "theus/journal/store.hpp"
#include "theus/runtime/engine.hpp"
#include "theus/runtime/machine.hpp"
#include "theus/runtime/node_archive.hpp"

// How queries are answered, by an engine or without one. Reads block, and the function that answers
// may take its time: the caller decides on which thread.
namespace theus {

// Errors: unknown_workflow, unknown_query.
result<const query_type*> find_query(const registry& what, const std::string& workflow_type,
                                     const std::string& name);

seen_run see(const machine& body, const journal::instance_row& row);
// Replays the run from its newest checkpoint. Errors: mismatch, explained; unknown_version;
// not_found; those of reading. `damaged` gets what is wrong with checkpoints that could not be
// used.
result<seen_run> see_in_journal(journal::store& store, node_archive& archive, const registry& what,
                                const journal::instance_row& row, const machine_limits& bounds,
                                std::vector<std::string>& damaged);

struct query_answer {
  result<journal::payload> answered;
  std::vector<std::string> noted;  // lines for people about what the function called
};

// Calls the function, watched by the guard as turns are, in paranoid mode twice and compared. Never
// throws. Errors: wrong_type; query_failed; limit_exceeded, for an answer that is no payload.
query_answer answer_query(const query_type& query, const seen_run& run,
                          const journal::payload& arguments, const registry& what,
                          const engine_options& options);

}  // namespace theus
