#pragma once

#include <string>
#include <string_view>

#include "theus/journal/history_file.hpp"

// What is in a history's file, without the file: history_file.hpp says how it is laid out.
namespace theus::journal {

// Errors: limit_exceeded beyond limits::history_bytes.
result<std::string> history_bytes(const history& h, const limits& bounds);
// `where` names the content in messages. Memory is taken for what the content holds, not for what
// it announces. Errors: bad_input (no history), unknown_version, corrupt.
result<history> history_in(std::string_view content, const std::string& where);

}  // namespace theus::journal
