#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "theus/journal/store.hpp"
#include "theus/runtime/replayer.hpp"
#include "theus/runtime/short_history.hpp"
#include <theus/value/storage.hpp>

namespace theus {

// What replaces the records of a run up to a turn: its history without what is over, the Contexts
// that the ends of that left, and what else the run knows. Follows from the records; a run is
// brought back from it and the records behind it.
struct checkpoint {
  journal::run_id run;
  journal::head head;       // the turn
  journal::hash256 digest;  // of the state after it (rule 14)
  std::vector<short_turn> turns;
  value state;  // machine::runtime_state()
};

// Of what `replayed` has been fed since keep_short_history(), which it then no longer keeps.
// Nothing where the last record is an intake, or where intakes wait for a turn.
std::optional<checkpoint> make_checkpoint(journal::run_id run, replayer& replayed);

// In place of the records that it replaces. Errors: corrupt, and mismatch, explained.
std::optional<mismatch> resume(replayer& into, const checkpoint& from, std::string& damage);

// As bytes, and nodes that go into `sink`; the same checkpoint has the same bytes everywhere.
// Errors: those of the sink; limit_exceeded.
struct encoded_checkpoint {
  std::vector<journal::hash256> roots;  // of the nodes it needs
  std::string bytes;
  saved_nodes saved;  // that the sink did not hold; its root says nothing
};
result<encoded_checkpoint> encode(const checkpoint& c, node_sink& sink);

// Errors: corrupt, unknown_version, limit_exceeded; those of the source.
result<checkpoint> decode_checkpoint(std::string_view bytes, node_source& source);

}  // namespace theus
