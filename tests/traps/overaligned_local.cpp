// A local that asks for more than the alignment of frames.
// caught-by: tidy overaligned_local
// message: frames are not aligned to more than 16 bytes; put it on the heap
#include <chrono>
#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

// [docs:wrong]
theus::workflow<std::int64_t> overaligned_local([[maybe_unused]] theus::context& ctx) {
  alignas(64) std::int64_t line[8] = {1};  // here
  co_await ctx.sleep(std::chrono::seconds(1));
  co_return line[0];
}
// [docs:end]

}  // namespace traps
