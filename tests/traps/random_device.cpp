// The source that seeds everything else.
// caught-by: lint, audit
// message: the number is another on replay; use ctx.random() or ctx.uuid()
// guard: random_device
#include <cstdint>
#include <random>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> random_device([[maybe_unused]] theus::context& ctx) {
  std::random_device device;  // here
  co_return device();
}

}  // namespace traps
