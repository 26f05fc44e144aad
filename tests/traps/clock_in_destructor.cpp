// A destructor reads the clock, whenever it runs.
// caught-by: lint, audit
// message: the hour is another on replay; use ctx.now()
// guard: clock_gettime
#include <chrono>
#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {
namespace in_clock_in_destructor {

class stopwatch {
 public:
  explicit stopwatch(std::int64_t& end) : end_(end) {}
  ~stopwatch() { end_ = std::chrono::steady_clock::now().time_since_epoch().count(); }  // here

 private:
  std::int64_t& end_;
};

}  // namespace in_clock_in_destructor

theus::workflow<std::int64_t> clock_in_destructor([[maybe_unused]] theus::context& ctx) {
  using namespace in_clock_in_destructor;
  std::int64_t end = 0;
  {
    stopwatch running(end);
  }
  co_return end;
}

}  // namespace traps
