#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "theus/journal/store.hpp"
#include "theus/runtime/mismatch.hpp"

namespace theus {

// What was most likely done to the code, in words, and what to do about it.
struct diagnosis {
  enum class cause {
    unknown,
    argument_changed,  // the same call with other content
    call_added,
    call_removed,
    order_swapped,
    call_renamed,   // another name, the same arguments
    call_replaced,  // by another with other arguments
    state_differs,  // the same calls, and something else in the Context
    throws,
  };

  cause what = cause::unknown;
  std::string sentence;
  std::string advice;
};

const char* name(diagnosis::cause what);  // "argument changed", "call added", …

// So many records, from the mismatch on, tell enough.
inline constexpr std::size_t records_for_a_cause = 64;

// What a call ends with that was never made: nothing, or something that its type can hold, which
// says more. Code that has never seen the like may crash on it, or never come back, so this is
// not for a process that others depend on.
enum class invented_results : bool { no, yes };

// Compares what was recorded from the mismatch on with what the code asks for when it goes on with
// the results that were recorded: nothing is executed but the workflow's code. `code` is the
// machine that made the mismatch, which is of no further use; `later` begins with the record that
// it was found in, and more of what follows makes the answer surer.
diagnosis diagnose(const mismatch& found, machine& code,
                   std::span<const journal::stored_record> later, invented_results invents);
// The same, put into the report.
void explain_cause(mismatch& found, machine& code, std::span<const journal::stored_record> later,
                   invented_results invents);

}  // namespace theus
