#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "theus/journal/time.hpp"

// How times and hashes are turned into the numbers of records.capnp.
namespace theus::journal {

static_assert(std::endian::native == std::endian::little,
              "hashes are copied into words as they lie in memory");

// Words whose bytes are a hash's or an id's.
using hash_words = std::array<std::uint64_t, 4>;
using run_words = std::array<std::uint64_t, 2>;

inline std::uint64_t microseconds(wall_time t) {
  return std::uint64_t(t.time_since_epoch().count());
}

inline wall_time wall_time_of(std::uint64_t value) {
  return wall_time(std::chrono::microseconds(std::int64_t(value)));
}

// Times as distances from a record's raw time: near ones, before or after, are small numbers.
class wall_time_distances {
 public:
  explicit wall_time_distances(wall_time base) : base_(microseconds(base)) {}

  std::uint64_t to_distance(wall_time t) const {
    const std::uint64_t d = microseconds(t) - base_;
    return (d << 1) ^ (0 - (d >> 63));
  }
  wall_time from_distance(std::uint64_t distance) const {
    return wall_time_of(base_ + ((distance >> 1) ^ (0 - (distance & 1))));
  }

 private:
  std::uint64_t base_;
};

}  // namespace theus::journal
