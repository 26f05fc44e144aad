#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <tuple>

#include "theus/journal/time.hpp"

namespace theus::testing {

// Which attempts of each call of an activity; they are numbered from 1.
class attempts {
 public:
  static constexpr attempts all() { return {1, std::numeric_limits<std::uint32_t>::max()}; }
  static constexpr attempts first(std::uint32_t count) { return {1, count}; }
  static constexpr attempts only(std::uint32_t number) { return {number, number}; }

  constexpr bool holds(std::uint32_t number) const { return from_ <= number && number <= through_; }

 private:
  constexpr attempts(std::uint32_t from, std::uint32_t through) : from_(from), through_(through) {}

  std::uint32_t from_;
  std::uint32_t through_;
};

// An attempt that began, in whichever process, whatever became of it.
template <class... Params>
struct seen_attempt {
  std::string workflow_id;
  std::string idempotency_key;  // the same for all attempts of one call
  std::uint32_t number = 1;
  journal::wall_time began;
  std::tuple<Params...> arguments;
};

}  // namespace theus::testing
