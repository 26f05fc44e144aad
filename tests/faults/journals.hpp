#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "journal/content.hpp"

// Small journals to be damaged, and what must be true of them afterwards.
namespace theus::faults {

enum class shape {
  log,        // all of it in the write-ahead log
  tables,     // in several tables, nothing in the log
  mixed,      // in several tables and in the log
  compacted,  // in tables that a compaction wrote, and in the log
};
const char* name(shape s);

constexpr int runs_of_journal = 4;
journal::run_id nth_run(int i);
std::vector<journal::run_id> every_run();

// Appends a record or two to every run, one commit each, behind a checkpoint of it; `round` counts
// from 0.
void append_round(journal::store& to, journal::epoch owner, int round);
// Makes a journal in `folder`. Nobody has it open afterwards.
void make_journal(const std::filesystem::path& folder, shape s);

// Files of a journal that are not empty, relative to it; sorted.
std::vector<std::filesystem::path> files_of(const std::filesystem::path& journal);

// Reads everything of an undamaged copy.
journal::test::content read_reference(const std::filesystem::path& journal,
                                      const std::filesystem::path& copy);

struct examined {
  bool refused = false;       // at opening
  std::vector<error> errors;  // of the opening, or of reads
};
// Opens the damaged journal: every error is typed and names the folder, the run or the commit;
// whatever is read equals `expected`. The error of a node names it.
examined examine(const std::filesystem::path& journal, const journal::test::content& expected);

// Opens; everything in `expected` is there, and maybe more behind it; its rows are those that a
// rebuild gives; appends go on, and so does the next opening.
void expect_goes_on(const std::filesystem::path& journal, const journal::test::content& expected);

// Of what would be tried one by one: every one in a long run, otherwise every n-th, from a place
// that a fixed seed gives.
class sample {
 public:
  explicit sample(std::size_t stride);
  bool takes(std::size_t i) const { return i % stride_ == phase_; }

 private:
  std::size_t stride_;
  std::size_t phase_;
};

}  // namespace theus::faults
