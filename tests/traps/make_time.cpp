// Seconds depend on where the machine is.
// caught-by: lint, audit
// message: the machine's time zone may be another on replay; convert in an activity
// guard: mktime
#include <cstdint>
#include <ctime>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> make_time([[maybe_unused]] theus::context& ctx) {
  std::tm parts{};
  parts.tm_year = 100;
  co_return std::mktime(&parts);  // here
}

}  // namespace traps
