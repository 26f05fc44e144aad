// Many small ones, freed in another order.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> many_allocations(theus::context&) {
  std::vector<std::unique_ptr<std::int64_t>> all;
  for (std::int64_t i = 0; i < 1000; ++i) all.push_back(std::make_unique<std::int64_t>(i));
  for (std::size_t i = 0; i < all.size(); i += 2) all[i].reset();
  co_return *all[501];
}

}  // namespace honest
