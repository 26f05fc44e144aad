#pragma once

#include <memory>

#include <theus/runtime/clock.hpp>

namespace subscription {

// A clock on which a month takes as long as it is told. Begins at `start`. Thread: any.
class fast_clock final : public theus::wall_clock {
 public:
  fast_clock(theus::journal::wall_time start, std::chrono::microseconds of_a_month);

  theus::journal::wall_time now() const override;
  std::unique_ptr<alarm> set_alarm(const boost::asio::any_io_executor& where,
                                   theus::journal::wall_time when,
                                   std::function<void()> wake) override;
  std::unique_ptr<alarm> set_delay(const boost::asio::any_io_executor& where,
                                   std::chrono::microseconds delay,
                                   std::function<void()> wake) override;

 private:
  theus::journal::wall_time start_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  double times_;
  std::unique_ptr<wall_clock> real_;
};

}  // namespace subscription
