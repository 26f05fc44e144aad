#pragma once

#include <span>

#include "theus/journal/store.hpp"
#include "theus/runtime/mismatch.hpp"

namespace theus {

class machine;

// explain_cause() with invented results, in a child process that has ten seconds: what code makes
// of results that it never had may end the process, or no more. Then, with those that were
// recorded alone, here. Thread: any.
void explain_in_child(mismatch& found, machine& code,
                      std::span<const journal::stored_record> later);

}  // namespace theus
