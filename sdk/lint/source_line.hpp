#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace theus::lint {

// `file:line` of the code at this place of an object: the innermost that is not in a system header
// (under /usr). Empty if there is none, without debug information, or without binutils' addr2line.
std::string source_line(const std::string& object, std::string_view section, std::uint64_t offset);

}  // namespace theus::lint
