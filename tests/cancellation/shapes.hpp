#pragma once

#include <string>
#include <vector>

#include "theus/application.hpp"
#include "theus/workflows.hpp"

namespace theus::cancellation {

// What workflows said as they ran, also while replaying: in the order in which they did.
std::vector<std::string>& said();

inline constexpr activity<int(std::string)> work{"work"};
inline constexpr activity<int(std::string)> broken{"broken"};  // fails whenever it is tried
inline constexpr activity<int(std::string)> undo{"undo"};
inline constexpr signal<int> never{"never"};
inline constexpr child_workflow<int(std::string)> below{"below"};
inline constexpr child_workflow<int(std::string)> further_below{"further_below"};

// One workflow for each way of nesting, by its name.
application shapes();

}  // namespace theus::cancellation
