// expect: theus: a span cannot be recorded: it would dangle after replay; use std::vector or
// theus::bytes
#include <span>

#include <theus/codec.hpp>

static_assert(theus::require_recordable<std::span<const int>>());
