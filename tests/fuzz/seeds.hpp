#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace theus::fuzz {

// The corpora that are made, of golden histories and hostile cases: file name -> bytes. What a
// fuzzer found lies beside them under names that begin with `found_`.
using seeds = std::map<std::string, std::string>;

seeds record_seeds();
seeds history_seeds();
seeds frames_seeds();
seeds session_seeds();
seeds json_seeds();
seeds nodes_seeds();
seeds packing_seeds();
seeds patch_seeds();
seeds rows_seeds();
seeds watermark_seeds();

// ---- what several corpora are made of

// The records of a golden history (tests/histories), as they lie on disk.
std::vector<std::string> golden_history(const std::string& name);
inline constexpr const char* golden_names[] = {"approved_order", "refused_order", "cancelled_order",
                                               "random_tree"};
std::string little_endian(std::uint64_t value, unsigned bytes);
std::string bytes_of_words(const std::vector<std::uint64_t>& words);
// Cap'n Proto pointers; `offset` in words from the pointer's own end.
std::uint64_t struct_pointer(std::int32_t offset, std::uint16_t data, std::uint16_t pointers);
std::uint64_t list_pointer(std::int32_t offset, unsigned element_size, std::uint32_t count);
// Messages without a segment table that a reader must not follow: cyclic, too deep, amplified.
std::map<std::string, std::vector<std::uint64_t>> hostile_messages();

}  // namespace theus::fuzz
