#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mutation/script.hpp"

// Scripts with one thing changed, and what a report has to say of it. What is expected follows from
// what was done, not from what was recorded.
namespace theus::mutation {

struct place {
  std::int64_t uid = 0;
  std::string what;  // as in a visit
};

struct mutation {
  std::string kind;  // swap, drop, add, rename, argument, write, bound, result, widen, version
  std::string what;  // for people
  step script;
  std::string cause;  // "" when nothing changes that can be observed
  place first;        // affected
  // Where what was affected is again what it was: the state, of what was swapped with a call.
  std::optional<place> heals;
  // What has to be recorded for the cause to be told; without it these are as good.
  std::optional<place> told_by;
  std::vector<std::string> otherwise;
};

// Every way at every place.
std::vector<mutation> mutations_of(const step& script);

}  // namespace theus::mutation
