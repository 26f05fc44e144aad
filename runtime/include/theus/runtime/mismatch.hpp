#pragma once

#include <optional>
#include <source_location>
#include <span>
#include <string>
#include <vector>

#include "theus/journal/record.hpp"
#include "theus/runtime/machine.hpp"

namespace theus {

struct field_difference {
  std::string field;  // "arguments", "retry.attempts", …
  std::string recorded;
  std::string attempted;
};

// The code asks for something else than was recorded. A value: the run it concerns is set aside
// untouched until a fitting binary arrives.
struct mismatch {
  enum class kind {
    command_differs,  // another command, or other content, at this index
    command_missing,  // recorded, and the code no longer asks for it
    command_added,    // the code asks for one more than was recorded
    event_differs,    // a recorded event finds nothing that waits for it
    state_differs,    // same commands, other state digest
    workflow_threw,   // recorded as a turn, and the code now throws
  };

  kind what{};
  journal::run_id run;
  journal::sequence turn{};
  std::size_t index = 0;  // of the command or event in the turn
  // Behind which the code did otherwise, for people: an event of the turn, or the first and the
  // last of those that it may have been.
  std::string event;
  std::optional<journal::command> recorded;
  std::optional<journal::command> attempted;
  std::vector<field_difference> differences;
  std::string awaited_at;  // "file:line" of the attempted command's co_await
  std::string build;       // that made the turn, if its record or one before it says so
  // What else was recorded and attempted in the turn, from this command on.
  std::vector<journal::command> recorded_rest;
  std::vector<journal::command> attempted_rest;
  std::vector<journal::wall_time> raw_times;  // of what the turn took: its own, and of intakes
  // Behind explain_cause(): in words ("call removed"), in a sentence, and what to do about it.
  std::string cause;
  std::string likely_cause;
  std::string advice;

  // Several lines: where, what was recorded, what was attempted, the fields that differ, the likely
  // cause, what to do.
  std::string explain() const;
};

const char* name(mismatch::kind kind);
// "file:line"; "" for nowhere.
std::string location_of(const std::source_location& at);

// Compares what the code did with what was recorded; the digest only if `attempted_digest` is
// given. `intakes`: what the turn consumed.
std::optional<mismatch> compare(journal::run_id run, journal::sequence at,
                                const journal::turn& recorded, const turn_draft& attempted,
                                const journal::hash256* attempted_digest,
                                std::span<const event_batch> intakes);
// Of what a turn wrote, as machine::written() gives it, by what came last in each place; without
// what was written in scopes that are over.
std::vector<field_difference> differences_of_writes(const std::string& recorded,
                                                    const std::string& attempted,
                                                    const finished_scopes* over = nullptr);

}  // namespace theus
