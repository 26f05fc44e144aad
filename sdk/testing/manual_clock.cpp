#include "theus/testing/manual_clock.hpp"

#include <algorithm>
#include <vector>

#include <boost/asio/post.hpp>

namespace theus::testing {

class manual_clock::set_one final : public wall_clock::alarm {
 public:
  set_one(std::weak_ptr<state> of, schedule state::* in, key at)
      : of_(std::move(of)), in_(in), at_(at) {}
  ~set_one() override {
    pending cancelled;  // destroyed after the lock: it may own an alarm itself
    if (const auto clock = of_.lock()) {
      const std::lock_guard lock(clock->mutex);
      if (auto node = ((*clock).*in_).extract(at_)) cancelled = std::move(node.mapped());
    }
  }

 private:
  std::weak_ptr<state> of_;
  schedule state::* in_;
  key at_;
};

namespace {

constexpr journal::wall_time beginning = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);

}  // namespace

manual_clock::manual_clock() : state_(std::make_shared<state>()) {
  state_->now = state_->undisturbed = beginning;
}

journal::wall_time manual_clock::now() const {
  const std::lock_guard lock(state_->mutex);
  return state_->now;
}

std::chrono::microseconds manual_clock::passed() const {
  const std::lock_guard lock(state_->mutex);
  return state_->undisturbed - beginning;
}

std::unique_ptr<wall_clock::alarm> manual_clock::set(schedule state::* in,
                                                     journal::wall_time state::* time,
                                                     const boost::asio::any_io_executor& where,
                                                     journal::wall_time when,
                                                     std::function<void()> wake) {
  const std::lock_guard lock(state_->mutex);
  const key at{when, state_->next_number++};
  if (when <= (*state_).*time) {
    boost::asio::post(where, std::move(wake));
  } else {
    ((*state_).*in).emplace(at, pending{where, std::move(wake)});
  }
  return std::make_unique<set_one>(state_, in, at);
}

std::unique_ptr<wall_clock::alarm> manual_clock::set_alarm(
    const boost::asio::any_io_executor& where, journal::wall_time when,
    std::function<void()> wake) {
  return set(&state::alarms, &state::now, where, when, std::move(wake));
}

std::unique_ptr<wall_clock::alarm> manual_clock::set_delay(
    const boost::asio::any_io_executor& where, std::chrono::microseconds delay,
    std::function<void()> wake) {
  journal::wall_time due;
  {
    const std::lock_guard lock(state_->mutex);
    due = state_->undisturbed + delay;
  }
  return set(&state::delays, &state::undisturbed, where, due, std::move(wake));
}

void manual_clock::advance(std::chrono::microseconds by) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->undisturbed += by;
  }
  set(now() + by);
}

void manual_clock::set(journal::wall_time to) {
  std::vector<pending> due;
  {
    const std::lock_guard lock(state_->mutex);
    state_->now = to;
    const auto take = [&due](schedule& in, journal::wall_time time) {
      while (!in.empty() && in.begin()->first.first <= time) {
        due.push_back(std::move(in.extract(in.begin()).mapped()));
      }
    };
    take(state_->alarms, state_->now);
    take(state_->delays, state_->undisturbed);
  }
  for (auto& each : due) boost::asio::post(each.where, std::move(each.wake));
}

std::optional<journal::wall_time> manual_clock::next_alarm() const {
  const std::lock_guard lock(state_->mutex);
  if (state_->alarms.empty()) return std::nullopt;
  return state_->alarms.begin()->first.first;
}

std::optional<std::chrono::microseconds> manual_clock::until_next() const {
  const std::lock_guard lock(state_->mutex);
  std::optional<std::chrono::microseconds> left;
  const auto look = [&left](const schedule& in, journal::wall_time time) {
    if (in.empty()) return;
    const auto until = std::max(in.begin()->first.first - time, std::chrono::microseconds(0));
    left = left ? std::min(*left, until) : until;
  };
  look(state_->alarms, state_->now);
  look(state_->delays, state_->undisturbed);
  return left;
}

}  // namespace theus::testing
