// File names as values.
#include <cstdint>
#include <filesystem>
#include <string>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> paths(theus::context&) {
  const std::filesystem::path file = std::filesystem::path("/srv") / "orders" / "7.json";
  co_return static_cast<std::int64_t>(file.filename().string().size());
}

}  // namespace honest
