// Functions as values.
#include <cstdint>
#include <functional>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> functions(theus::context&) {
  std::int64_t total = 0;
  const std::function<void(std::int64_t)> add = [&total](std::int64_t each) { total += each; };
  for (std::int64_t i = 0; i < 5; ++i) add(i);
  co_return total;
}

}  // namespace honest
