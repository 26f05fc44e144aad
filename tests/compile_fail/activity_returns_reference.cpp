// expect: theus: a result is a value; write T, not T&
#include <string>

#include <theus/workflows.hpp>

constexpr theus::activity<const std::string&(int)> name{"name"};
