// expect: theus: std::string_view cannot be recorded: it would dangle after replay; use
// std::string
#include <string_view>

#include <theus/codec.hpp>

static_assert(theus::require_recordable<std::string_view>());
