// Keeps an exception for later.
#include <chrono>
#include <cstdint>
#include <exception>
#include <stdexcept>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> exception_pointer(theus::context& ctx) {
  std::exception_ptr kept;
  try {
    throw std::out_of_range("late");
  } catch (const std::out_of_range&) {
    kept = std::current_exception();
  }
  co_await ctx.sleep(std::chrono::seconds(1));
  co_return kept ? 1 : 0;
}

}  // namespace honest
