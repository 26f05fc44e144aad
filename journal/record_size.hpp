#pragma once

#include <cstddef>

#include "theus/journal/codec.hpp"

namespace theus::journal {

// Checks every limit of `r` and counts the 8-byte words of its unpacked message, segment table
// included, without allocating anything but the error's text. Errors: limit_exceeded; bad_input
// for what has no form on disk (monotone time before raw time, two causes, non-finite numbers,
// commands or a consumed intake in an intake).
result<std::size_t> checked_words(const record& r, const limits& bounds);

// What stands where no record of its kind may have it; "" when nothing does.
std::string misplaced_in(const std::vector<event>& events, bool is_turn);

}  // namespace theus::journal
