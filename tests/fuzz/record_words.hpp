#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "theus/journal/ids.hpp"

// Records between their form on disk and the words of their message.
namespace theus::fuzz {

// The record whose message is `words` behind a segment table of one segment. Bytes beyond the last
// whole word are dropped.
std::string packed_record(std::span<const std::uint8_t> words);
// The same with the place in a chain written where a record has it.
std::string packed_record(std::span<const std::uint8_t> words, const journal::hash256& previous,
                          std::uint64_t sequence);
// The words of a record on disk, without the segment table. It must be one that decodes.
std::string words_of(std::span<const std::uint8_t> on_disk);

}  // namespace theus::fuzz
