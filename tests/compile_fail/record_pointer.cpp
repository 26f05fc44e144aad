// expect: theus: a pointer cannot be recorded: it means nothing after a restart; record the value
// it points to (std::string for text, std::optional for maybe)
#include <theus/codec.hpp>

static_assert(theus::require_recordable<int*>());
