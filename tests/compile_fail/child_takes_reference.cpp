// expect: theus: activity, signal and workflow parameters are values; write T, not T&
#include <string>

#include <theus/workflows.hpp>

constexpr theus::child_workflow<int(const std::string&)> measures{"measures"};
