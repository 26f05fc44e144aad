// A virtual function that reads the clock.
// caught-by: lint, audit
// message: the hour is another on replay; use ctx.now()
// guard: clock_gettime
#include <chrono>
#include <cstdint>
#include <memory>

#include <theus/workflows.hpp>

namespace traps {
namespace in_clock_behind_virtual {

struct price {
  virtual ~price() = default;
  virtual std::int64_t cents() const = 0;
};

struct price_of_the_hour : price {
  std::int64_t cents() const override {
    return std::chrono::system_clock::now().time_since_epoch().count() % 100;  // here
  }
};

}  // namespace in_clock_behind_virtual

theus::workflow<std::int64_t> clock_behind_virtual([[maybe_unused]] theus::context& ctx) {
  using namespace in_clock_behind_virtual;
  const std::unique_ptr<price> today = std::make_unique<price_of_the_hour>();
  co_return today->cents();
}

}  // namespace traps
