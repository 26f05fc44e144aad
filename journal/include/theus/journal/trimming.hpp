#pragma once

#include "theus/journal/store.hpp"

// Trimming (rule 7): `make_anchor`, then `unit::make` of a record with it, then `append`. With that
// commit the records up to `anchor::through` are gone and the checkpoint there is truth: the store
// neither erases it nor puts another in its place.
//
// An append of an anchor is a conflict, and says why, unless `through` is a record that is there,
// behind what the run's last anchor trimmed and before the run's end, with the hash that the anchor
// says, and the store holds the checkpoint there with the anchor's manifest.
namespace theus::journal {

// Names a checkpoint by all that its row holds: SHA-256 of the row as docs/journal-format.md lays
// it out, which the row begins with.
hash256 manifest_of(const checkpoint_row& row);

// What stands for the records of `at.run` up to `at.at`, read from them, or from the run's last
// anchor on. Reads them page by page; holds what is open and not more.
// Errors: not_found (no such checkpoint, or the run has no such record); trimmed; bad_input (an
// intake up to there waits for its turn: no checkpoint may be taken there; or the run has ended by
// then: its last turn stays, because it holds the result); and those of reading.
// Thread: any, beside appends.
result<anchor> make_anchor(store& from, const checkpoint_id& at);

// The checkpoint that the run's newest anchor names; absent: nothing was trimmed.
// Errors: corrupt (names the run; the checkpoint is missing, damaged or another one), io_error.
result<std::optional<checkpoint_row>> anchored_checkpoint(store& from, run_id run);

}  // namespace theus::journal
