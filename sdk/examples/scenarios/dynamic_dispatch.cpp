#include "dynamic_dispatch.hpp"

#include <algorithm>
#include <array>

namespace dispatch {

namespace {

// [docs:process]
constexpr std::array known{crop, sharpen, watermark};

step step_of(const std::string& name) {
  const auto* const found = std::ranges::find(known, name, &step::name);
  if (found == known.end()) throw theus::failure("unknown_step", name);
  return *found;
}
// [docs:end]

}  // namespace

// [docs:process]

theus::workflow<std::string> process(theus::context& ctx, std::string image,
                                     std::vector<std::string> recipe) {
  std::vector<step> steps;
  for (const auto& name : recipe) steps.push_back(step_of(name));
  for (const auto& next : steps) image = co_await ctx.call(next, image);
  co_return image;
}
// [docs:end]

}  // namespace dispatch
