// expect: theus: only std::string can be recorded as text, and it holds UTF-8
#include <string>

#include <theus/codec.hpp>

static_assert(theus::require_recordable<std::u16string>());
