// Arithmetic with doubles.
#include <cmath>
#include <cstdint>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> doubles(theus::context&) {
  double sum = 0;
  for (int i = 1; i <= 10; ++i) sum += 1.0 / i;
  co_return static_cast<std::int64_t>(std::lround(sum * 1000));
}

}  // namespace honest
