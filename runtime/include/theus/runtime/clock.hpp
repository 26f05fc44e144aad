#pragma once

#include <functional>
#include <memory>

#include "theus/journal/time.hpp"

namespace boost::asio {
class any_io_executor;
}

namespace theus {

// The caller owns time: whoever makes a runtime decides what it is. Nothing else in Theus asks a
// system clock for anything that is recorded.
class wall_clock {
 public:
  virtual ~wall_clock() = default;

  // May jump either way. Thread: any.
  virtual journal::wall_time now() const = 0;

  // Runs `wake` on `where` once now() has reached `when`, or a little later; never earlier by the
  // clock's own account at the moment of the call. Destroying the alarm cancels it, as far as
  // `wake` is not already queued on `where`. A clock that jumps may be noticed late: callers
  // sweep (design section 9).
  class alarm {
   public:
    virtual ~alarm() = default;
  };
  virtual std::unique_ptr<alarm> set_alarm(const boost::asio::any_io_executor& where,
                                           journal::wall_time when, std::function<void()> wake) = 0;

  // Runs `wake` on `where` once `delay` has passed, whatever now() does meanwhile: for what is a
  // duration by itself, as an attempt's start-to-close timeout is. Destroying it as above.
  virtual std::unique_ptr<alarm> set_delay(const boost::asio::any_io_executor& where,
                                           std::chrono::microseconds delay,
                                           std::function<void()> wake) = 0;
};

}  // namespace theus
