#pragma once

#include <string>
#include <string_view>

#include "theus/journal/history_file.hpp"

// What is in a history's file, without the file: docs/journal-format.md says how it is laid out.
namespace theus::journal {

error history_too_large(const limits& bounds);
// How much a history's file holds. Errors: limit_exceeded beyond limits::history_bytes.
result<std::size_t> history_size(const history& h, const limits& bounds);

// Errors: limit_exceeded beyond limits::history_bytes.
result<std::string> history_bytes(const history& h, const limits& bounds);
// `where` names the content in messages. Memory is taken for what the content holds, not for what
// it announces. Errors: bad_input (no history), unknown_version, corrupt.
result<history> history_in(std::string_view content, const std::string& where);

}  // namespace theus::journal
