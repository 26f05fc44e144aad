#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "theus/journal/errc.hpp"
#include "theus/journal/limits.hpp"
#include "theus/journal/record.hpp"

namespace theus::journal {

// The highest format level that this build knows. A record starts with the level that it needs, so
// older builds read what has nothing new in it, and refuse the rest by name (rule 8):
//   1   everything else
//   2   phases and loops, anchors
//   3   children
//   4   activities with timeouts besides start-to-close, promises
constexpr std::uint8_t format_level = 4;

// One byte of format level, then the packed Cap'n Proto message of records.capnp. The same record
// gives the same bytes with every compiler and build.
// Errors: limit_exceeded; bad_input for what has no form on disk (a time before the raw time, a
// failure with two causes, a retry policy with a number that is not finite).
result<std::string> encode(const record& r, const limits& bounds = {});

// Errors: unknown_version, corrupt, limit_exceeded. What the bytes unpack to is measured first and
// held against limits::record_bytes; a small multiple of it bounds what is allocated.
result<record> decode(std::span<const std::uint8_t> bytes, const limits& bounds = {});

// SHA-256 of a record's bytes: what the next record's `previous` holds.
hash256 hash_of(std::span<const std::uint8_t> bytes);

}  // namespace theus::journal
