#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "choices.hpp"
#include "mortal_store.hpp"

namespace theus::testing {

// What somebody who runs a scenario again and again wants of its environment.
struct scenario_control {
  choices* order = nullptr;    // null: the usual one
  std::uint32_t kills = 0;     // that the order may choose
  std::uint32_t failures = 0;  // of attempts, likewise
  bool time_races = false;     // the order may let time pass while there is something to do
  std::optional<kill_point> dies_at;
  bool writes_transcript = true;
  // Called with each record that is committed, and the number of its append.
  std::function<void(std::uint64_t, journal::run_id, const journal::record&)> hears_of_records = {};
};

}  // namespace theus::testing
