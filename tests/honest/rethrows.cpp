// Looks at everything and throws it on.
#include <cstdint>
#include <exception>
#include <stdexcept>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> rethrows(theus::context&) {
  std::int64_t depth = 0;
  try {
    try {
      throw std::logic_error("deep");
    } catch (...) {
      ++depth;
      throw;
    }
  } catch (const std::logic_error&) {
    ++depth;
  }
  co_return depth;
}

}  // namespace honest
