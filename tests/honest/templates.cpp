// A template of one's own.
#include <cstdint>
#include <vector>

#include <theus/workflows.hpp>

namespace honest {
namespace in_templates {

template <class Container>
auto largest(const Container& all) {
  auto best = *all.begin();
  for (const auto& each : all) {
    if (best < each) best = each;
  }
  return best;
}

}  // namespace in_templates

theus::workflow<std::int64_t> templates(theus::context&) {
  using namespace in_templates;
  const std::vector<std::int64_t> all{3, 8, 5};
  co_return largest(all);
}

}  // namespace honest
