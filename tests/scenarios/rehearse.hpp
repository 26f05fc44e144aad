#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "theus/testing.hpp"

// What every scenario has to stand, and what their worlds outside have in common.
namespace scenarios {

using theus::testing::environment;
using theus::testing::explore_options;
using theus::testing::scenario;

// An effect is known by the key of its attempt: another attempt of the same call changes nothing.
class effects {
 public:
  bool is_first(const theus::attempt& a) { return keys_.insert(a.idempotency_key()).second; }
  bool holds(const theus::attempt& a) const { return keys_.contains(a.idempotency_key()); }
  std::size_t size() const { return keys_.size(); }

 private:
  std::set<std::string> keys_;
};

// Holds when the scenario is killed at each of its appends and ends alike.
void expect_survives(const theus::application& app, const scenario& run,
                     theus::testing::crash_options options = {});

// Holds in a thousand orders that differ; a scenario that has fewer is too small to show anything.
void expect_any_order(const theus::application& app, const scenario& run,
                      explore_options options = {});

// A scenario that says what it came to.
using ending_scenario = std::function<std::string(environment&)>;

// The same, and it comes to each of these in some order: none of them is only said to be explored.
void expect_any_order(const theus::application& app, const ending_scenario& run,
                      const std::set<std::string>& endings, explore_options options = {});

}  // namespace scenarios
