// Moments of a clock that nobody reads.
#include <chrono>
#include <cstdint>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> clock_types(theus::context&) {
  const std::chrono::system_clock::time_point epoch;
  const auto later = epoch + std::chrono::hours(2);
  co_return later.time_since_epoch().count();
}

}  // namespace honest
