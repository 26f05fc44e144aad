#pragma once

#include <filesystem>

#include "theus/journal/errc.hpp"

// RocksDB's manifest lists the tables. When it loses its end, or a bit that says how long an entry
// is, RocksDB takes what is left for all of it, and deletes the tables that it does not know any
// more. So a file of its own, `manifest`, says what the manifest was when the journal was opened
// and when it was closed: its name, its bytes so far and their hash. A manifest only grows.
namespace theus::journal {

// Errors: corrupt, naming the manifest, when it is not what the note says. Without a note, with one
// that is damaged itself, and when there is another manifest by now: nothing can be said.
result<void> check_manifest(const std::filesystem::path& note, const std::filesystem::path& db);

// As far as the disk allows; the note itself is not synced. What it says of an open database is
// synced first: RocksDB may be about to; an error that this sync meets is given, as it is nobody
// else's any more. Call neither while the database is opened or closed.
enum class database { open, closed };
result<void> note_manifest(const std::filesystem::path& note, const std::filesystem::path& db,
                           database state);

}  // namespace theus::journal
