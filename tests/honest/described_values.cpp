// Structs that are recorded.
#include <cstdint>
#include <string>
#include <vector>

#include <theus/workflows.hpp>

namespace honest {
namespace in_described_values {

struct order {
  std::vector<std::string> lines;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(order, (), (lines, cents))
constexpr theus::activity<order(order)> fill{"fill"};

}  // namespace in_described_values

theus::workflow<std::int64_t> described_values(theus::context& ctx) {
  using namespace in_described_values;
  order wanted;
  wanted.lines = {"tea", "cake"};
  const order priced = co_await ctx.call(fill, wanted);
  co_return priced.cents;
}

}  // namespace honest
