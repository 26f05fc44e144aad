#include "theus/runtime/system_clock.hpp"

#include <algorithm>
#include <mutex>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace theus {
namespace {

// Waits in slices of a steady clock and looks at the wall clock after each, so a jump either way
// is seen after one slice at most.
constexpr std::chrono::microseconds longest_slice = std::chrono::seconds(1);

journal::wall_time system_now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

class wait_in_slices : public std::enable_shared_from_this<wait_in_slices> {
 public:
  wait_in_slices(const boost::asio::any_io_executor& where, journal::wall_time when,
                 std::function<void()> wake)
      : timer_(where), when_(when), wake_(std::move(wake)) {}

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
  void wait_one_slice() {
    const auto now = system_now();
    const auto slice = when_ <= now                  ? std::chrono::microseconds(0)
                       : when_ > now + longest_slice ? longest_slice
                                                     : when_ - now;
    timer_.expires_after(slice);
    timer_.async_wait([self = shared_from_this()](boost::system::error_code) { self->look(); });
  }

  void look() {
    std::function<void()> wake;
    {
      const std::lock_guard lock(mutex_);
      if (cancelled_) return;
      if (system_now() < when_) {
        wait_one_slice();
        return;
      }
      wake = std::exchange(wake_, nullptr);
    }
    if (wake) wake();
  }

  std::mutex mutex_;
  boost::asio::steady_timer timer_;
  const journal::wall_time when_;
  std::function<void()> wake_;
  bool cancelled_ = false;
};

class sliced_alarm final : public wall_clock::alarm {
 public:
  explicit sliced_alarm(std::shared_ptr<wait_in_slices> wait) : wait_(std::move(wait)) {}
  ~sliced_alarm() override { wait_->cancel(); }

 private:
  std::shared_ptr<wait_in_slices> wait_;
};

class system_clock final : public wall_clock {
 public:
  journal::wall_time now() const override { return system_now(); }

  std::unique_ptr<alarm> set_alarm(const boost::asio::any_io_executor& where,
                                   journal::wall_time when, std::function<void()> wake) override {
    auto wait = std::make_shared<wait_in_slices>(where, when, std::move(wake));
    wait->wait();
    return std::make_unique<sliced_alarm>(std::move(wait));
  }
};

}  // namespace

std::unique_ptr<wall_clock> make_system_clock() { return std::make_unique<system_clock>(); }

}  // namespace theus
