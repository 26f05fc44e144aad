// Throws and catches its own.
#include <cstdint>
#include <stdexcept>
#include <string>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> exceptions(theus::context&) {
  std::int64_t caught = 0;
  for (int i = 0; i < 3; ++i) {
    try {
      if (i != 1) throw std::runtime_error("no " + std::to_string(i));
    } catch (const std::exception& why) {
      caught += why.what()[3];
    }
  }
  co_return caught;
}

}  // namespace honest
