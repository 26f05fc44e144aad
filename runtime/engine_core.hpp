#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "theus/runtime/engine.hpp"

#include "activity_dispatcher.hpp"
#include "checkpointer.hpp"
#include "journal_writer.hpp"
#include "outbox_relay.hpp"
#include "retention_sweep.hpp"
#include "shard.hpp"
#include "sweeper.hpp"

namespace theus {

struct atomic_counters {
  std::atomic<std::uint64_t> turns = 0, records = 0, appends = 0, activities_run = 0,
                             timers_fired = 0, evictions = 0, replays = 0, mismatches = 0,
                             checkpoints = 0, queries = 0;
  std::atomic<std::int64_t> stuck = 0, frames = 0;  // at the moment
};

// What the engine's parts share: where things run, what holds them together, how they stop.
// Everything queued on an executor keeps it alive, so nothing dangles when an engine is destroyed
// while an activity that does not stop still runs.
// Thread: any, except where stated.
class engine_core : public std::enable_shared_from_this<engine_core> {
 public:
  engine_core(engine_options options, const registry& what, journal::store& store,
              wall_clock& clock, entropy& random, engine_executors where);

  const engine_options options;
  const registry& what;
  journal::store& journal;
  wall_clock& clock;
  const engine_executors where;
  atomic_counters count;
  journal_writer writer;
  activity_dispatcher dispatcher;
  outbox_relay relay;
  sweeper sweep;
  checkpointer checkpoints;
  retention_sweep retention;

  // ---- where things run
  std::uint32_t shard_count() const { return static_cast<std::uint32_t>(shards_.size()); }
  std::uint32_t shard_of(std::uint32_t shard_key) const { return shard_key % shard_count(); }

  template <class Executor, class Function>
  void post(const Executor& executor, Function f) {
    boost::asio::post(executor, [keep = shared_from_this(), f = std::move(f)]() mutable { f(); });
  }
  template <class Function>
  void post_to_shard(std::uint32_t index, Function f) {
    shard* const to = shards_[index].get();
    to->coming.fetch_add(1, std::memory_order_relaxed);
    try {
      post(where.shards[index], [to, f = std::move(f)]() mutable {
        const bool more_to_come = to->coming.fetch_sub(1, std::memory_order_relaxed) > 1;
        f(*to);
        to->run_ready(more_to_come);
      });
    } catch (...) {  // no memory for it: nothing comes
      to->coming.fetch_sub(1, std::memory_order_relaxed);
      throw;
    }
  }
  template <class Row>
  void post_rows(std::uint32_t index, std::vector<Row> rows, std::function<void()> then) {
    post_to_shard(index, [rows = std::move(rows), then = std::move(then)](shard& s) {
      s.take(std::span<const Row>(rows));
      then();
    });
  }
  void post_answers(std::uint32_t index, std::vector<append_done> answers);
  void deliver(std::string workflow_id, journal::event event, answer<void> done);
  // To a run, whatever its workflow id.
  void deliver(journal::run_id run, journal::event event, answer<void> done);
  void start_child(start_request wish, const journal::message_id& parent, answer<start_reply> done);
  // Errors: not_found when there is no such child, run_finished.
  void deliver_to_child(std::string workflow_id, const journal::message_id& parent,
                        journal::event event, answer<void> done);
  void attempt_began(const std::shared_ptr<activity_task>& task);
  void attempt_ended(const std::shared_ptr<activity_task>& task, attempt_outcome outcome);
  void message_settled(const journal::message_id& id) { relay.settled(id); }

  // For alarms: does nothing once the core is gone.
  std::function<void()> guarded(std::function<void()> f);
  // For alarms on a shard's executor: what became ready runs behind it.
  std::function<void()> guarded_on_shard(std::uint32_t index, std::function<void()> f);

  // ---- identity
  journal::epoch owner() const { return owner_; }
  journal::run_id new_run_id(std::uint32_t shard_key);
  random_seed new_seed();
  std::string new_update_id();

  // ---- trouble
  // Why new requests are refused, if they are.
  std::optional<error> refusal() const;
  // The journal takes no appends at the moment, or never again.
  bool in_trouble() const { return troubled_.load() || halted_.load(); }
  void set_trouble(std::optional<error> why);
  bool halted() const { return halted_.load(); }
  void halt(error why);
  void disk_recovered();

  // ---- beginning and end
  result<void> open();
  void stop(std::function<void()> done);
  bool is_stopping() const { return stopping_.load(); }
  bool is_closed() const { return closed_.load(); }
  void activities_idle();
  void shard_closed();

  void report(const std::string& line);
  void on_report(std::function<void(const std::string&)> sink);

 private:
  void close_shards();
  void finish_stop();
  void say_stopped();

  std::vector<std::unique_ptr<shard>> shards_;
  journal::epoch owner_{};

  std::mutex random_mutex_;
  entropy& random_;

  mutable std::mutex state_mutex_;
  std::optional<error> trouble_;
  std::optional<error> halt_reason_;
  std::vector<std::function<void()>> stop_callbacks_;
  std::unique_ptr<wall_clock::alarm> grace_;
  std::uint32_t open_shards_ = 0;
  bool closing_shards_ = false;
  std::atomic<bool> troubled_ = false, halted_ = false, stopping_ = false, closed_ = false;

  std::mutex report_mutex_;
  std::function<void(const std::string&)> sink_;
};

}  // namespace theus
