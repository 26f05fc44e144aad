// An aggregate is made member by member, with an await in between.
// caught-by: tidy await_in_braces
// message: what was made so far leaks when the run is evicted here; await into locals first
#include <cstdint>
#include <string>

#include <theus/workflows.hpp>

namespace traps {
namespace in_awaits_in_braces {

struct parcel {
  std::string name;
  std::int64_t grams = 0;
};
constexpr theus::activity<std::int64_t()> weigh{"weigh"};

}  // namespace in_awaits_in_braces

// [docs:wrong]
theus::workflow<std::int64_t> awaits_in_braces([[maybe_unused]] theus::context& ctx) {
  using namespace in_awaits_in_braces;
  const parcel sent{"tea", co_await ctx.call(weigh)};  // here
  co_return sent.grams;
}
// [docs:end]

}  // namespace traps
