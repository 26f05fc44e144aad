// expect: theus: a map with this key cannot be recorded: keys are std::string or integers
#include <map>

#include <theus/codec.hpp>

static_assert(theus::require_recordable<std::map<double, int>>());
