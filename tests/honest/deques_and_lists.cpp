// Other containers.
#include <cstdint>
#include <deque>
#include <list>
#include <numeric>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> deques_and_lists(theus::context&) {
  std::deque<std::int64_t> line{1, 2, 3};
  line.push_front(0);
  const std::list<std::int64_t> all(line.begin(), line.end());
  co_return std::accumulate(all.begin(), all.end(), std::int64_t{0});
}

}  // namespace honest
