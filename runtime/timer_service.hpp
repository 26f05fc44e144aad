#pragma once

#include <functional>
#include <memory>
#include <set>
#include <span>
#include <vector>

#include "theus/journal/rows.hpp"
#include "theus/runtime/clock.hpp"

namespace boost::asio {
class any_io_executor;
}

namespace theus {

// The wake-ups of one shard that are due soon: those beyond the horizon stay on disk until a sweep
// brings them. A wake-up is only a reason to look at a run; what is due is decided by the run's own
// deadlines, so one too many does no harm and the sweep makes up for one too few.
// Thread: the shard's.
class timer_service {
 public:
  using wake_function = std::function<void(const journal::timer_row&)>;

  // `guard` wraps what is given to the clock, so that it may outlive its owner's stop.
  timer_service(wall_clock& clock, const boost::asio::any_io_executor& where,
                std::function<std::function<void()>(std::function<void()>)> guard,
                wake_function wake)
      : clock_(clock), where_(where), guard_(std::move(guard)), wake_(std::move(wake)) {}

  void add(const journal::timer_row& row);
  void add(std::span<const journal::timer_row> rows);
  void erase(const journal::timer_row& row);
  void clear();
  std::size_t size() const { return rows_.size(); }

 private:
  struct earlier {
    bool operator()(const journal::timer_row& a, const journal::timer_row& b) const;
  };

  void arm();
  void fire();

  wall_clock& clock_;
  const boost::asio::any_io_executor& where_;
  const std::function<std::function<void()>(std::function<void()>)> guard_;
  const wake_function wake_;
  std::set<journal::timer_row, earlier> rows_;
  std::unique_ptr<wall_clock::alarm> alarm_;
  journal::wall_time armed_for_{};
};

}  // namespace theus
