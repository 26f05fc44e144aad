// expect: theus: a function cannot be recorded: its code is not part of the journal
#include <functional>

#include <theus/codec.hpp>

static_assert(theus::require_recordable<std::function<void()>>());
