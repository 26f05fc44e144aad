#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "theus/runtime/clock.hpp"

namespace theus::testing {

// Time that passes when a test says so. Starts at 2026-01-01. Thread: any.
class manual_clock final : public wall_clock {
 public:
  manual_clock();

  journal::wall_time now() const override;
  // How much time has passed, whatever now() jumped.
  std::chrono::microseconds passed() const;
  std::unique_ptr<alarm> set_alarm(const boost::asio::any_io_executor& where,
                                   journal::wall_time when, std::function<void()> wake) override;

  std::unique_ptr<alarm> set_delay(const boost::asio::any_io_executor& where,
                                   std::chrono::microseconds delay,
                                   std::function<void()> wake) override;

  // Alarms and delays that became due are posted to their executors, each kind in order.
  void advance(std::chrono::microseconds by);
  // A jump, either way: delays do not notice.
  void set(journal::wall_time to);
  // When the next alarm would go off, if any is set.
  std::optional<journal::wall_time> next_alarm() const;
  // How far to advance until an alarm or a delay goes off, if any is set; zero when one is late.
  std::optional<std::chrono::microseconds> until_next() const;

 private:
  struct pending {
    boost::asio::any_io_executor where;
    std::function<void()> wake;
  };
  using key = std::pair<journal::wall_time, std::uint64_t>;
  using schedule = std::map<key, pending>;
  struct state {
    mutable std::mutex mutex;
    journal::wall_time now;
    journal::wall_time undisturbed;  // what now would be without jumps
    std::uint64_t next_number = 0;
    schedule alarms;  // by now
    schedule delays;  // by undisturbed
  };
  std::unique_ptr<alarm> set(schedule state::* in, journal::wall_time state::* time,
                             const boost::asio::any_io_executor& where, journal::wall_time when,
                             std::function<void()> wake);
  class set_one;

  std::shared_ptr<state> state_;
};

}  // namespace theus::testing
