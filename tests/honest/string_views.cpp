// Looks at parts of a string without copying.
#include <cstdint>
#include <string>
#include <string_view>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> string_views(theus::context&) {
  const std::string line = "id=7;cents=42";
  std::string_view rest = line;
  rest.remove_prefix(rest.find("cents=") + 6);
  co_return static_cast<std::int64_t>(rest.size());
}

}  // namespace honest
