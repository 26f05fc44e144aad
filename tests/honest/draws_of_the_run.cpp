// The run's own random numbers.
#include <cstdint>
#include <string>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> draws_of_the_run(theus::context& ctx) {
  const std::string id = ctx.uuid().to_string();
  const auto drawn = ctx.random()();
  co_return static_cast<std::int64_t>(id.size() + drawn % 10);
}

}  // namespace honest
