// The day depends on where the machine is.
// caught-by: lint, audit
// message: the machine's time zone may be another on replay; convert in an activity
// guard: localtime_r
#include <cstdint>
#include <ctime>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> local_time([[maybe_unused]] theus::context& ctx) {
  const std::time_t moment = 0;
  std::tm parts{};
  localtime_r(&moment, &parts);  // here
  co_return parts.tm_hour;
}

}  // namespace traps
