// expect: theus: std::string_view cannot be recorded: it would dangle after replay; use
// std::string
#include <string_view>

#include <theus/workflows.hpp>

constexpr theus::signal<std::string_view> greeted{"greeted"};
