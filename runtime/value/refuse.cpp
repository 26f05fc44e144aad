#include "refuse.hpp"

#include <utility>

namespace theus::tree {

void refuse(errc code, std::string message) {
  throw error_exception(error{code, std::move(message)});
}

void refuse_limit(const char* limit, std::size_t is, std::size_t most) {
  refuse(errc::limit_exceeded, std::string(limit) + ": " + std::to_string(is) +
                                   " exceeds the limit of " + std::to_string(most));
}

}  // namespace theus::tree
