#pragma once

#include <string>

#include "theus/runtime/engine.hpp"

#include "verb.hpp"

namespace theus::tool {

// Prints how a run ended: its result as JSON on standard output, or why it failed on standard
// error, with exit_code::run_failed. With `json`, one document on standard output either way.
void print_outcome(const run_outcome& outcome, const std::string& workflow_id, bool json,
                   invocation& call);

}  // namespace theus::tool
