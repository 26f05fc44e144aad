// A constant that the environment decides before main.
// caught-by: lint
// message: the process is another on replay; read it in an activity or pass it in
#include <cstdint>
#include <cstdlib>

#include <theus/workflows.hpp>

namespace traps {
namespace in_environment_at_start {

const std::int64_t limit = std::getenv("LIMIT") ? 10 : 20;  // here

}  // namespace in_environment_at_start

theus::workflow<std::int64_t> environment_at_start([[maybe_unused]] theus::context& ctx) {
  using namespace in_environment_at_start;
  co_return limit;
}

}  // namespace traps
