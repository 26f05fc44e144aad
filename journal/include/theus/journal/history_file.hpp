#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "theus/journal/store.hpp"

namespace theus::journal {

// A run's records as they lie on disk, first to last: what moves between journals, byte for byte,
// so hashes and golden files stay what they were.
struct history {
  run_id run;
  std::vector<std::string> records;

  friend bool operator==(const history&, const history&) = default;
};

// One portable file: "theushst", version (1 byte), run id (16), number of records (8 bytes,
// little-endian), each record behind its length (4 bytes, little-endian), SHA-256 of all before.
// The file is there whole or not at all. Errors: limit_exceeded beyond limits::history_bytes,
// disk_full, io_error.
result<void> write_history(const std::filesystem::path& path, const history& h,
                           const limits& bounds = {});
// Errors: not_found, bad_input (no history file), unknown_version, corrupt, limit_exceeded,
// io_error.
result<history> read_history(const std::filesystem::path& path, const limits& bounds = {});

// Errors: not_found, limit_exceeded, and those of store::read.
result<history> export_history(store& from, run_id run, const limits& bounds = {});
// Appends all records as one unit: the run is there whole or not at all. Its rows are derived, so
// a run that was waiting waits on here. Errors: workflow_exists when the journal has this run, or a
// running one with its workflow id, or one of its request; corrupt when the records are not a
// chain that opens a run; stopped when `owner` is fenced; and what the append ran into.
result<void> import_history(store& to, epoch owner, history h, const limits& bounds = {});

}  // namespace theus::journal
