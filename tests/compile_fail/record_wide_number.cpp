// expect: theus: this number type cannot be recorded: use double or an integer of at most 64 bits
#include <theus/codec.hpp>

static_assert(theus::require_recordable<long double>());
