#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

// Cap'n Proto's packing of 8-byte words, written here so that its choices, and with them the
// bytes of a record, do not depend on the version of a library.
namespace theus::journal {

// Appends the packed form of `words` (a multiple of 8 bytes) to `out`.
void pack(std::span<const std::uint8_t> words, std::string& out);

// How many words `packed` unpacks to, read without allocating; empty when it is malformed.
std::optional<std::size_t> unpacked_words(std::span<const std::uint8_t> packed);

// Unpacks what `unpacked_words` measured into `words`, which must hold exactly that many bytes.
void unpack(std::span<const std::uint8_t> packed, std::span<std::uint8_t> words);

}  // namespace theus::journal
