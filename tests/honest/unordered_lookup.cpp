// An unordered map that is only asked, never gone through.
#include <cstdint>
#include <string>
#include <unordered_map>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> unordered_lookup(theus::context&) {
  std::unordered_map<std::string, std::int64_t> prices{{"tea", 3}, {"cake", 4}};
  prices["milk"] = 2;
  co_return prices.at("tea") + static_cast<std::int64_t>(prices.count("milk"));
}

}  // namespace honest
