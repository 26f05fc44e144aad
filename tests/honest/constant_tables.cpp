// Constants outside of the run.
#include <array>
#include <cstdint>
#include <string_view>

#include <theus/workflows.hpp>

namespace honest {
namespace in_constant_tables {

struct entry {
  std::string_view name;
  std::int64_t cents;
};
constexpr std::array<entry, 2> prices{{{"tea", 3}, {"cake", 4}}};
const std::int64_t fee = 2;

}  // namespace in_constant_tables

theus::workflow<std::int64_t> constant_tables(theus::context&) {
  using namespace in_constant_tables;
  std::int64_t sum = 0;
  for (const auto& [name, cents] : prices) sum += cents;
  co_return sum + fee;
}

}  // namespace honest
