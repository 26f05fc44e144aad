// Several activities at once.
#include <cstdint>
#include <tuple>

#include <theus/workflows.hpp>

namespace honest {
namespace in_all_of_several {

constexpr theus::activity<std::int64_t(int)> price{"price"};

}  // namespace in_all_of_several

theus::workflow<std::int64_t> all_of_several(theus::context& ctx) {
  using namespace in_all_of_several;
  const auto [tea, cake] = co_await theus::all(ctx.call(price, 1), ctx.call(price, 2));
  co_return tea + cake;
}

}  // namespace honest
