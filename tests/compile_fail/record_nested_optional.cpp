// expect: theus: an optional of an optional or of std::monostate cannot be recorded: both
// emptinesses would be null
#include <optional>

#include <theus/codec.hpp>

static_assert(theus::require_recordable<std::optional<std::optional<int>>>());
