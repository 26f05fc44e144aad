// Arrays, and views of them within one turn.
#include <array>
#include <cstdint>
#include <span>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> arrays_and_spans(theus::context&) {
  const std::array<std::int64_t, 4> all{1, 2, 3, 4};
  std::int64_t sum = 0;
  for (std::int64_t each : std::span(all).subspan(1, 2)) sum += each;
  co_return sum;
}

}  // namespace honest
