// expect: theus: a reference cannot be recorded: it means nothing after a restart; use a value
#include <tuple>

#include <theus/codec.hpp>

static_assert(theus::require_recordable<std::tuple<int&>>());
