#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "theus/journal/ids.hpp"

namespace theus::journal {

inline std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string_view text_of(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// SHA-256 of the parts one after the other. Thread: any.
hash256 sha256(std::initializer_list<std::span<const std::uint8_t>> parts);

}  // namespace theus::journal
