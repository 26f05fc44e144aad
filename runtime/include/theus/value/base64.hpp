#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace theus {

// RFC 4648 section 4, with padding.
std::string to_base64(std::span<const std::byte> in);
// False when `text` is not canonical base64: other characters, missing padding, or stray bits in
// the last group. `out` is then unspecified.
bool from_base64(std::string_view text, std::vector<std::byte>& out);

}  // namespace theus
