// expect: theus: a smart pointer cannot be recorded: it means nothing after a restart; record the
// value, std::optional or std::vector
#include <memory>

#include <theus/codec.hpp>

static_assert(theus::require_recordable<std::vector<std::shared_ptr<int>>>());
