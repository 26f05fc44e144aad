// expect: theus: std::byte cannot be recorded by itself: use theus::bytes
#include <cstddef>

#include <theus/codec.hpp>

static_assert(theus::require_recordable<std::byte>());
