// expect: theus: std::string_view cannot be recorded: it would dangle after replay; use
#include <string_view>

#include <theus/application.hpp>

bool begins_anew(theus::attempt& a) { return !a.last_heartbeat<std::string_view>(); }
