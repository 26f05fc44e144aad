// expect: theus: std::string_view cannot be recorded: it would dangle after replay; use
// std::string
#include <string_view>

#include <theus/workflows.hpp>

theus::workflow<std::string_view> name(theus::context&) { co_return "n"; }
