#pragma once

#include <cstdint>

#include <theus/journal/store.hpp>

#include "crash/inspection.hpp"

namespace crash {

// Of the books of a journal that nobody holds: each comes to the same root by replay from zero and
// from each of its checkpoints, and to the balances of arithmetic; its checkpoints verify; and a
// collection finds them whole. Adds what it counts and what is not so.
void inspect_books(theus::journal::store& store, std::int64_t books, std::int64_t rounds,
                   findings& found);

}  // namespace crash
