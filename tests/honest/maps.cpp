// A map in order of its keys.
#include <cstdint>
#include <map>
#include <string>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> maps(theus::context&) {
  std::map<std::string, std::int64_t> prices{{"tea", 3}, {"cake", 4}};
  prices["milk"] += 2;
  std::int64_t digest = 0;
  for (const auto& [name, cents] : prices) digest = digest * 31 + cents;
  co_return digest;
}

}  // namespace honest
