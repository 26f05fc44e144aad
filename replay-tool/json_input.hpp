#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "theus/journal/record.hpp"

namespace theus::tool {

// JSON from a flag or a file, checked and in canonical form; `where` names it in errors. Throws
// error_exception: bad_input, limit_exceeded; for files also not_found, io_error. At most
// limits::payload_bytes of a file are read.
journal::payload json_from_flag(const std::string& text, const std::string& where);
journal::payload json_from_file(const std::filesystem::path& file);
// All arguments as one array, from `all` unless that is empty, else one of each `--arg`.
journal::payload arguments_from_flags(const std::string& all, const std::vector<std::string>& each,
                                      const std::string& where);

}  // namespace theus::tool
