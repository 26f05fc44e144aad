#pragma once

#include <string>
#include <string_view>

namespace theus::lint {

// What a workflow must not use, and what it uses instead.
struct forbidden {
  // As it is written in sources, and after ALLOW. poison.hpp has the same names.
  std::string_view name;
  // What the object refers to: a C function, or the beginning of a demangled C++ name; empty when
  // nothing of it shows in an object.
  std::string_view symbol;
  std::string_view advice;
};

// Whether ALLOW takes this name.
bool is_forbidden_name(std::string_view name);
// Whether ALLOW with this name allows what was found: several names may come to one symbol, as
// std::mutex and std::recursive_mutex do.
bool is_allowed_by(std::string_view name, const forbidden& found);

// The entry for this symbol; null if it may be used. `symbol` is mangled.
// Also finds what _FORTIFY_SOURCE and large files make of a C function: __read_chk, open64.
const forbidden* find_forbidden(std::string_view symbol);

// For readers: demangled, without what compilers append to the parts of a coroutine.
std::string readable(std::string_view symbol);

}  // namespace theus::lint
