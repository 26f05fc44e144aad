// A family of classes.
#include <cstdint>
#include <memory>
#include <vector>

#include <theus/workflows.hpp>

namespace honest {
namespace in_virtual_calls {

struct shape {
  virtual ~shape() = default;
  virtual std::int64_t area() const = 0;
};
struct square : shape {
  std::int64_t area() const override { return 4; }
};
struct line : shape {
  std::int64_t area() const override { return 0; }
};

}  // namespace in_virtual_calls

theus::workflow<std::int64_t> virtual_calls(theus::context&) {
  using namespace in_virtual_calls;
  std::vector<std::unique_ptr<shape>> all;
  all.push_back(std::make_unique<square>());
  all.push_back(std::make_unique<line>());
  std::int64_t sum = 0;
  for (const auto& each : all) sum += each->area();
  co_return sum;
}

}  // namespace honest
