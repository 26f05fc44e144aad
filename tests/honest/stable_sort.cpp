// Sorts by one member and keeps the order otherwise.
#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> stable_sort(theus::context&) {
  std::vector<std::pair<int, std::string>> all{{2, "b"}, {1, "z"}, {2, "a"}};
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  co_return all[1].second[0];
}

}  // namespace honest
