// A change that old runs do not follow.
#include <cstdint>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> versions(theus::context& ctx) {
  if (ctx.version("fees", 1, 2) == 1) co_return 10;
  co_return 12;
}

}  // namespace honest
