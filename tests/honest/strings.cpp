// Builds and cuts strings.
#include <cstdint>
#include <string>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> strings(theus::context&) {
  std::string text = "order ";
  for (int i = 0; i < 100; ++i) text += std::to_string(i) + ",";
  co_return static_cast<std::int64_t>(text.substr(7, 40).find("9") + text.size());
}

}  // namespace honest
