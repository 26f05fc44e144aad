#pragma once

#include <string>
#include <string_view>

#include "theus/journal/ids.hpp"

namespace theus::test {

inline std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    constexpr char digits[] = "0123456789abcdef";
    text += digits[static_cast<unsigned char>(byte) >> 4];
    text += digits[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

inline std::string hex(const journal::hash256& hash) {
  return hex({reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size()});
}

}  // namespace theus::test
