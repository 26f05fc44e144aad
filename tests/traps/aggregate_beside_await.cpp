// An aggregate is made beside an await.
// caught-by: tidy aggregate_beside_await (g++)
// message: g++ 12 destroys it twice; make it in a statement of its own first
#include <cstdint>
#include <string>

#include <theus/workflows.hpp>

namespace traps {
namespace in_aggregate_beside_await {

struct parcel {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(parcel, (), (name))
constexpr theus::activity<std::int64_t(parcel)> weigh{"weigh"};

}  // namespace in_aggregate_beside_await

// [docs:wrong]
theus::workflow<std::int64_t> aggregate_beside_await([[maybe_unused]] theus::context& ctx) {
  using namespace in_aggregate_beside_await;
  co_return co_await ctx.call(weigh, parcel{"tea"});  // here
}
// [docs:end]

}  // namespace traps
