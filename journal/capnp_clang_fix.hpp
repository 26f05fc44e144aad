#pragma once
// Force-included before the Cap'n Proto headers. As C++20 with clang 16 or later, blob.h of
// libcapnp 0.9.2 finds no `const char* == kj::StringPtr`: kj leaves the reversed operators to
// the language there, and clang does not rewrite them at that point of the file.
#include <kj/string.h>

namespace kj {

// Calls the member by name: `b == a` could choose this very function again.
inline bool operator==(const char* a, const StringPtr& b) { return b.operator==(StringPtr(a)); }
inline bool operator!=(const char* a, const StringPtr& b) { return !(b.operator==(StringPtr(a))); }

}  // namespace kj
