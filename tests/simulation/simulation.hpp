#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "theus/application.hpp"
#include "theus/runtime/engine.hpp"
#include "theus/runtime/shard_seat.hpp"
#include "theus/testing/manual_clock.hpp"

#include "simulation/auditor.hpp"
#include "simulation/checkpoint_audit.hpp"
#include "simulation/clients.hpp"
#include "simulation/observed_store.hpp"
#include "simulation/random_plan.hpp"
#include "simulation/run_history.hpp"
#include "simulation/scheduler.hpp"
#include "simulation/settings.hpp"
#include "simulation/simulated_activities.hpp"
#include "simulation/simulated_disk.hpp"
#include "simulation/verdict.hpp"

namespace theus::simulation {

// What a seed came to.
struct report {
  std::uint64_t seed = 0;
  std::uint64_t steps = 0;
  std::uint64_t hash = 0;  // over everything that happened
  std::string violation;   // "": all invariants held
  std::uint64_t runs = 0, records = 0, effects = 0, processes = 0, faults = 0;
  std::uint64_t checkpoints = 0;   // that were stored
  std::uint64_t resumptions = 0;   // runs that a shard brought back from one
  std::uint64_t nodes_erased = 0;  // by collections

  bool holds() const { return violation.empty(); }
};

// The whole engine in one thread: clients, activities, a disk and a clock that are not to be relied
// on, kills and power cuts, all from one seed. After every step the invariants are checked; in the
// end faults stop, and everything has to converge.
class simulation {
 public:
  explicit simulation(std::uint64_t seed);
  ~simulation();

  // With every line of what happens.
  void trace(std::function<void(const std::string&)> sink);
  report run();

 private:
  struct process;

  void step();
  void act();
  void make_trouble();
  void open();
  void crash(bool power_lost);
  void stop();
  void finish_stop();
  void usurp();
  void take_a_seat();
  void let_others_run(bool at_checkpoint);
  registry registry_with(workflow<std::int64_t> (*function)(context&, plan));

  void idle();
  bool is_healthy() const;
  bool is_calm() const;
  std::chrono::microseconds longest_wait() const;
  void check_idle();
  void pass_time();
  void advance(std::chrono::microseconds by);
  void jump(std::chrono::hours by);
  void drain();

  void converge();
  void check_end();

  const std::uint64_t seed_;
  const settings settings_;
  verdict verdict_;
  random_stream draws_;
  random_stream time_draws_;
  random_stream slow_draws_;
  random_stream beside_draws_;
  testing::manual_clock clock_;
  clock_history clock_seen_;
  scheduler scheduler_;
  std::vector<boost::asio::any_io_executor> queues_;
  seeded_entropy entropy_;
  simulated_disk disk_;
  registry good_, with_bug_, without_workflow_, without_activity_;
  std::deque<shard_seat> seats_;  // of all processes so far: one that stopped may linger
  auditor audit_;
  checkpoint_audit checkpoints_;
  simulated_activities activities_;
  clients clients_;
  std::unique_ptr<process> process_;
  std::unique_ptr<journal::store> witness_;

  std::uint64_t steps_ = 0;
  std::uint64_t processes_ = 0;
  std::uint64_t resumptions_ = 0;
  int actions_left_ = 0;
  bool is_converging_ = false;
};

}  // namespace theus::simulation
