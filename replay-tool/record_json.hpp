#pragma once

#include <string>

#include "theus/journal/store.hpp"

namespace theus::tool {

// One record as one line of JSON; docs/tool.md has the members.
std::string to_json(const journal::stored_record& record);

}  // namespace theus::tool
