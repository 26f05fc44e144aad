#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "theus/runtime/activity_type.hpp"
#include "theus/runtime/clock.hpp"
#include "theus/runtime/engine.hpp"
#include "theus/runtime/random.hpp"
#include "theus/testing/manual_clock.hpp"

namespace theus::simulation {

// What the activities of a seed do. The rest succeeds.
struct activity_habits {
  double fails = 0;     // and may be tried again
  double gives_up = 0;  // says itself, or its type says, that trying again is of no use
  double hangs = 0;     // until it is told to stop
  double is_deaf = 0;   // goes on although it was told to stop
  double beats = 0;     // gives heartbeats, as many as lie in its time
  std::int64_t longest_ms = 0;
};

// The outside world: attempts begin, last as long as the seed says, and end in time, late or never.
// What succeeds is a pure function of the arguments. Thread: one.
class simulated_activities {
 public:
  class watcher {
   public:
    virtual void activity_begins(const attempt& a, const std::string& activity,
                                 const journal::payload& arguments) = 0;
    // Before the engine hears of it.
    virtual void activity_ends(const attempt& a, const attempt_outcome& outcome) = 0;
    // Its details are a number; `left` those that it found when it began.
    virtual void activity_finds(const attempt& a, std::optional<std::int64_t> left) = 0;
    virtual void activity_beats(const attempt& a, std::int64_t details) = 0;
    // The first time; `silent`: since it began, or its last heartbeat.
    virtual void activity_is_stopped(const attempt& a, std::chrono::microseconds silent) = 0;

   protected:
    ~watcher() = default;
  };

  simulated_activities(random_stream draws, testing::manual_clock& clock,
                       boost::asio::any_io_executor io, const activity_habits& habits,
                       watcher& watch);
  ~simulated_activities();

  // Both activities of random plans.
  void bind_to(registry& what);
  // Has an attempt of this command begun and not ended, for a process that lives?
  bool is_running(const std::string& idempotency_key) const;
  // Attempts that have begun and not ended, for that process.
  std::size_t running() const;

  // The process is gone, and with it what its activities still had to do.
  void forget();
  // The process has stopped gracefully: what it left behind goes on, and concerns nobody.
  void abandon() { process_ += 1; }
  // From now on all succeed, and what hangs ends.
  void show_mercy();

 private:
  class type;
  struct one;

  void begin(const std::string& name, std::shared_ptr<attempt> a, const journal::payload& arguments,
             std::function<void(attempt_outcome)> done);
  attempt_outcome run_at_once(const std::string& name, attempt& a,
                              const journal::payload& arguments);
  attempt_outcome draw_outcome(const journal::payload& arguments);
  void end_after(std::uint64_t serial, std::chrono::milliseconds delay);
  void end(std::uint64_t serial);
  void find_left(attempt& a);
  void beat(one& begun);
  void beat_after(std::uint64_t serial);

  random_stream draws_;
  testing::manual_clock& clock_;
  boost::asio::any_io_executor io_;
  activity_habits habits_;
  watcher& watch_;
  std::uint64_t next_serial_ = 1;
  std::int64_t beats_ = 0;
  std::uint64_t process_ = 1;
  std::map<std::uint64_t, std::unique_ptr<one>> running_;
};

}  // namespace theus::simulation
