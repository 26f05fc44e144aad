// A constant that is made once, in the function.
#include <cstdint>
#include <string>
#include <vector>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> constant_static(theus::context&) {
  static const std::vector<std::string> names{"tea", "cake"};
  co_return static_cast<std::int64_t>(names.size());
}

}  // namespace honest
