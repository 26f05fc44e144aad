#include "fast_clock.hpp"

#include <algorithm>
#include <chrono>

#include <theus/runtime/system_clock.hpp>

namespace subscription {

using std::chrono::microseconds;

fast_clock::fast_clock(theus::journal::wall_time start, microseconds of_a_month)
    : start_(start),
      times_(std::chrono::duration<double>(std::chrono::months(1)) / of_a_month),
      real_(theus::make_system_clock()) {}

theus::journal::wall_time fast_clock::now() const {
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begun_;
  return start_ + std::chrono::floor<microseconds>(passed * times_);
}

std::unique_ptr<theus::wall_clock::alarm> fast_clock::set_alarm(
    const boost::asio::any_io_executor& where, theus::journal::wall_time when,
    std::function<void()> wake) {
  const std::chrono::duration<double> left = (when - now()) / times_;
  const auto delay = std::chrono::ceil<microseconds>(left) + microseconds(1);
  return real_->set_delay(where, std::max(delay, microseconds(0)), std::move(wake));
}

std::unique_ptr<theus::wall_clock::alarm> fast_clock::set_delay(
    const boost::asio::any_io_executor& where, microseconds delay, std::function<void()> wake) {
  return real_->set_delay(where, delay, std::move(wake));
}

}  // namespace subscription
