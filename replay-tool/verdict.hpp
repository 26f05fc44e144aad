#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "theus/runtime/replayer.hpp"

#include "journal_access.hpp"

namespace theus::tool {

// What replaying a run with this binary's code shows.
struct verdict {
  enum class kind {
    fits,              // every command and every state digest is as recorded
    mismatch,          // the code does something else
    unknown_workflow,  // this binary has no such workflow, or not these semantics
    throws,            // it fits, and the next turn throws
  };

  kind what = kind::fits;
  journal::run_id run;
  std::string workflow_id;
  std::string workflow_type;
  std::uint64_t records = 0;
  std::uint64_t turns = 0;
  std::string explanation;             // of everything but `fits`; may have several lines
  std::optional<mismatch> difference;  // of a mismatch

  bool fits() const { return what == kind::fits; }
};

const char* name(verdict::kind what);

// Replays one run, record by record; nothing is executed but the workflow's own code.
class verifier {
 public:
  verifier(const registry& what, journal::run_id run) : registry_(what) { seen_.run = run; }

  // Of a trimmed run, first of all: what stands for its first records.
  bool begin(const checkpoint& trimmed);
  // Then, once all that will be fed is known. Throws error_exception (corrupt).
  bool resume(const checkpoint& trimmed);
  // Before anything is fed: what is over by this record need not be run (rule 19). For all records
  // that will be fed, or none: then everything is run. False once the verdict is known; throws as
  // feed() does.
  bool know(const journal::record& later);
  // False once the verdict is known; behind a mismatch some more records are looked at to find its
  // cause. Throws error_exception (corrupt) when the first record starts no run.
  bool feed(const journal::stored_record& record);
  // Would the next turn of this unfinished run go well: what intakes hold and what is due at `now`?
  void try_next_turn(journal::wall_time now);

  const verdict& seen();
  // Of what was fed; there has to be something that fits.
  const machine& state() const { return replay_->state(); }

 private:
  bool begin(const journal::started* start);
  void conclude();

  const registry& registry_;
  std::unique_ptr<replayer> replay_;
  verdict seen_;
  std::vector<journal::stored_record> later_;  // from the mismatch on, while there is no verdict
};

// What is run again: all that a live run would, or also phases and iterations that are over.
enum class extent { open_scopes, from_zero };

// Throws error_exception: trimmed, when records have gone meanwhile.
void replay_run(verifier& into, journal::run_id run, extent how, journal_access& journal);
verdict verify_run(const registry& what, journal::run_id run, extent how, journal_access& journal);
// Of a trimmed run from its checkpoint on. Throws error_exception when the records are no chain, or
// that is not the one that they name, or nodes of it are missing.
verdict verify_history(const registry& what, extent how, const journal::history& h);

}  // namespace theus::tool
