// Values that may be one thing or another.
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> optional_and_variant(theus::context&) {
  std::variant<std::int64_t, std::string> what = std::string("tea");
  const std::optional<std::int64_t> none;
  co_return std::holds_alternative<std::string>(what) ? none.value_or(5) : 0;
}

}  // namespace honest
