#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

#include "theus/journal/store.hpp"
#include "theus/runtime/clock.hpp"

namespace theus {

class engine_core;

// Reads from the journal what is due and tells shards and relay: at open, and again and again,
// however the wall clock jumps, so a wake-up that got lost is found within an interval. Rows are
// read in pages; the next page waits until the shards have taken the last, so what is due does
// not pile up in memory. With each sweep the background goes on with
// retention, and collects nodes if that is worthwhile. Thread: the journal executor, except where
// stated.
class sweeper {
 public:
  explicit sweeper(engine_core& core);

  // Thread: any.
  void begin();
  void end();

 private:
  void sweep();
  void tasks(std::optional<journal::task_row> after);
  void backlog(std::optional<journal::backlog_row> after);
  void timers(std::optional<journal::timer_row> after);
  void messages(std::optional<journal::message_row> after);
  void rest();

  bool is_over() const;
  bool gives_up();
  // One page went to the shards that `rows` name; `then` follows when they have dealt with it.
  template <class Row>
  void spread(const std::vector<Row>& rows, std::function<void()> then);
  template <class Row>
  bool read_failed(const result<std::vector<Row>>& page);

  engine_core& core_;
  const std::chrono::microseconds period_;
  journal::wall_time timers_until_{};
  std::unique_ptr<wall_clock::alarm> alarm_;
  bool active_ = false;
  std::atomic<bool> tends_ = false;
};

}  // namespace theus
