#include "theus/runtime/system_clock.hpp"

#include <algorithm>
#include <mutex>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace theus {
namespace {

// Waits in slices of a steady clock and looks at the clock asked for after each, so a jump of the
// wall clock either way is seen after one slice at most.
constexpr std::chrono::microseconds longest_slice = std::chrono::seconds(1);

journal::wall_time system_now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

class cancellable_wait : public std::enable_shared_from_this<cancellable_wait> {
 public:
  cancellable_wait(const boost::asio::any_io_executor& where, std::function<void()> wake)
      : timer_(where), wake_(std::move(wake)) {}
  virtual ~cancellable_wait() = default;

  void wait() {
    const std::lock_guard lock(mutex_);
    if (!cancelled_) wait_one_slice();
  }

  void cancel() {
    std::function<void()> dropped;  // may own the alarm's owner: destroyed after the lock
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    dropped = std::exchange(wake_, nullptr);
    timer_.cancel();
  }

 private:
  // How long until the wait is over, as far as the clock can tell now; zero or less when it is.
  virtual std::chrono::microseconds left() const = 0;
  // After so long it looks again.
  virtual std::chrono::microseconds longest_wait() const = 0;

  void wait_one_slice() {
    timer_.expires_after(std::clamp(left(), std::chrono::microseconds(0), longest_wait()));
    timer_.async_wait([self = shared_from_this()](boost::system::error_code) { self->look(); });
  }

  void look() {
    std::function<void()> wake;
    {
      const std::lock_guard lock(mutex_);
      if (cancelled_) return;
      if (left() > std::chrono::microseconds(0)) {
        wait_one_slice();
        return;
      }
      wake = std::exchange(wake_, nullptr);
    }
    if (wake) wake();
  }

  std::mutex mutex_;
  boost::asio::steady_timer timer_;
  std::function<void()> wake_;
  bool cancelled_ = false;
};

class wait_for_time final : public cancellable_wait {
 public:
  wait_for_time(const boost::asio::any_io_executor& where, journal::wall_time when,
                std::function<void()> wake)
      : cancellable_wait(where, std::move(wake)), when_(when) {}

 private:
  std::chrono::microseconds left() const override {
    const auto now = system_now();
    if (when_ <= now) return std::chrono::microseconds(0);
    return when_ > now + longest_slice ? longest_slice : when_ - now;
  }
  std::chrono::microseconds longest_wait() const override { return longest_slice; }

  const journal::wall_time when_;
};

class wait_for_delay final : public cancellable_wait {
 public:
  wait_for_delay(const boost::asio::any_io_executor& where, std::chrono::microseconds delay,
                 std::function<void()> wake)
      : cancellable_wait(where, std::move(wake)), begun_(steady::now()), delay_(delay) {}

 private:
  using steady = std::chrono::steady_clock;

  std::chrono::microseconds left() const override {
    return delay_ - std::chrono::floor<std::chrono::microseconds>(steady::now() - begun_);
  }
  std::chrono::microseconds longest_wait() const override { return std::chrono::hours(24); }

  const steady::time_point begun_;
  const std::chrono::microseconds delay_;
};

class waiting_alarm final : public wall_clock::alarm {
 public:
  explicit waiting_alarm(std::shared_ptr<cancellable_wait> wait) : wait_(std::move(wait)) {
    wait_->wait();
  }
  ~waiting_alarm() override { wait_->cancel(); }

 private:
  std::shared_ptr<cancellable_wait> wait_;
};

class system_clock final : public wall_clock {
 public:
  journal::wall_time now() const override { return system_now(); }

  std::unique_ptr<alarm> set_alarm(const boost::asio::any_io_executor& where,
                                   journal::wall_time when, std::function<void()> wake) override {
    return std::make_unique<waiting_alarm>(
        std::make_shared<wait_for_time>(where, when, std::move(wake)));
  }

  std::unique_ptr<alarm> set_delay(const boost::asio::any_io_executor& where,
                                   std::chrono::microseconds delay,
                                   std::function<void()> wake) override {
    return std::make_unique<waiting_alarm>(
        std::make_shared<wait_for_delay>(where, delay, std::move(wake)));
  }
};

}  // namespace

std::unique_ptr<wall_clock> make_system_clock() { return std::make_unique<system_clock>(); }

}  // namespace theus
