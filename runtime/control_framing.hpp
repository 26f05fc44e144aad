#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "theus/journal/errc.hpp"
#include "theus/journal/ids.hpp"
#include "theus/journal/store.hpp"

// What control frames are made of, without what is in them.
namespace theus::control {

constexpr std::size_t frame_header_bytes = 4;

// The length a frame header announces. Errors: limit_exceeded beyond `max_bytes`, bad_input when
// no message has this length.
result<std::uint32_t> length_in(std::span<const std::uint8_t, frame_header_bytes> header,
                                std::uint32_t max_bytes);

// Header and message. The message is no longer than a header can say.
std::string framed(std::string_view message);

// A message of whole words that begins with as many segments as one may have.
// Errors: bad_input, limit_exceeded.
result<void> check_segments(std::span<const std::uint8_t> message);

// Hashes as the wire has them, one behind the other; absent: the last one is not whole.
std::string joined(std::span<const journal::hash256> hashes);
std::optional<std::vector<journal::hash256>> split(std::span<const std::uint8_t> bytes);

// What a field that is not what it should be throws; becomes errc::bad_input.
struct malformed {
  const char* why;
};
journal::run_id run_in(std::span<const std::uint8_t> bytes);
journal::hash256 hash_in(std::span<const std::uint8_t> bytes);
std::vector<journal::hash256> hashes_in(std::span<const std::uint8_t> bytes);
journal::run_status status_in(std::uint8_t value);

error bad_frame(const std::string& why);
error too_large(std::size_t bytes, std::size_t max_bytes);
error other_version(unsigned theirs, unsigned ours);

}  // namespace theus::control
