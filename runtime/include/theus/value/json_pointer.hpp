#pragma once

#include <string>
#include <string_view>

namespace theus::detail {

// Appends "/token" as RFC 6901 escapes it.
inline void append_pointer_token(std::string& pointer, std::string_view token) {
  pointer += '/';
  for (const char c : token) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
}

}  // namespace theus::detail
