#pragma once

#include <string>

#include <theus/journal/errc.hpp>

namespace theus::tree {

// Throws error_exception.
[[noreturn]] void refuse(errc code, std::string message);

// Throws errc::limit_exceeded, naming the limit.
[[noreturn]] void refuse_limit(const char* limit, std::size_t is, std::size_t most);

}  // namespace theus::tree
