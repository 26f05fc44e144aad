// Goes on after an exception of any kind.
// caught-by: tidy swallowed_exception
// message: catch (...) hides that the workflow itself has a bug; catch theus::activity_failed,
// cancelled or failure, or throw on
#include <chrono>
#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

// [docs:wrong]
theus::workflow<std::int64_t> swallows_everything([[maybe_unused]] theus::context& ctx) {
  std::int64_t failures = 0;
  try {
    co_await ctx.sleep(std::chrono::seconds(1));
  } catch (...) {  // here
    ++failures;
  }
  co_return failures;
}
// [docs:end]

}  // namespace traps
