// A heap.
#include <cstdint>
#include <queue>
#include <vector>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> priority_queue(theus::context&) {
  std::priority_queue<std::int64_t> waiting;
  for (std::int64_t each : {4, 9, 2}) waiting.push(each);
  co_return waiting.top();
}

}  // namespace honest
