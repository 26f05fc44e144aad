// Days and months of a moment that is given.
#include <chrono>
#include <cstdint>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> calendar(theus::context&) {
  using namespace std::chrono;
  const year_month_day due = year_month_day(2026y / January / 31) + months(1);
  co_return static_cast<unsigned>(year_month_day(due.year() / due.month() / last).day());
}

}  // namespace honest
