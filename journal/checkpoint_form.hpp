#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "theus/journal/checkpoints.hpp"

// A checkpoint as its row holds it: the SHA-256 of the row's key and the rest, then the count of
// its roots (4 bytes), these, and the runtime's bytes.
namespace theus::journal {

std::string checkpoint_value(const checkpoint_row& row);
// Nothing when the bytes are not what was written, or are of another checkpoint.
std::optional<checkpoint_row> parse_checkpoint(const checkpoint_id& id, std::string_view value);

}  // namespace theus::journal
