// expect: theus: a character type cannot be recorded: use std::string for text, std::int8_t or
// std::uint8_t for a number
#include <theus/codec.hpp>

static_assert(theus::require_recordable<char>());
