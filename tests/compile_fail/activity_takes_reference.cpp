// expect: theus: activity, signal and workflow parameters are values; write T, not T&
#include <string>

#include <theus/workflows.hpp>

constexpr theus::activity<void(const std::string&)> greet{"greet"};
