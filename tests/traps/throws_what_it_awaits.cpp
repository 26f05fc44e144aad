// What is thrown is made while it waits.
// caught-by: tidy throw_of_await
// message: the exception leaks when the run is evicted here; await into a local, then throw
#include <cstdint>
#include <string>

#include <theus/workflows.hpp>

namespace traps {
namespace in_throws_what_it_awaits {

constexpr theus::activity<std::string()> reason{"reason"};

}  // namespace in_throws_what_it_awaits

// [docs:wrong]
theus::workflow<std::int64_t> throws_what_it_awaits([[maybe_unused]] theus::context& ctx) {
  using namespace in_throws_what_it_awaits;
  throw theus::failure(co_await ctx.call(reason));  // here
}
// [docs:end]

}  // namespace traps
