#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "theus/testing/environment.hpp"
#include "theus/testing/manual_clock.hpp"

#include "mortal_store.hpp"
#include "outside_world.hpp"
#include "scenario_control.hpp"

namespace theus::testing {

// Longer than any test: every timer is kept in memory, and the engine wakes up for nothing else.
inline constexpr std::chrono::hours for_ever{24 * 366 * 10'000};

// Run ids and seeds follow from the request that asks for them, so that one that is asked again,
// by a client whose process was killed, gets the same.
class request_entropy final : public entropy {
 public:
  explicit request_entropy(std::uint64_t seed) : seed_(seed), stream_({seed, 0}, "") {}
  void begin(const std::string& request) { stream_ = random_stream({seed_, 0}, request); }
  std::uint64_t next() override { return stream_(); }

 private:
  std::uint64_t seed_;
  random_stream stream_;
};

class environment::impl {
 public:
  impl(const application& what, environment_options options, scenario_control* control);
  ~impl();

  // ---- requests
  template <class T, class Ask>
  T request(const std::string& said, const Ask& ask);
  run_name start(start_request what);
  void signal(const std::string& workflow_id, const std::string& name, journal::payload value);
  void settle(const std::string& token,
              std::variant<journal::payload, journal::failure_info> outcome);
  update_reply update(update_request request);
  void cancel(const std::string& workflow_id, const std::string& reason);
  // Terminates, pauses or resumes a run: `what`, as the transcript says it.
  void rule(const std::string& what, const std::string& workflow_id,
            const std::function<void(engine&, engine::callback<void>)>& ask);
  run_name find(const std::string& workflow_id);

  // ---- what happens
  void advance(std::chrono::microseconds by);
  void run_until_idle();
  void kill(const std::string& why);
  run_outcome finish(const run_name& which);
  // An update of it. Throws error_exception (run_finished) when the run ends before.
  update_reply finish(const run_name& which, const std::string& update_id);
  std::optional<std::variant<journal::payload, journal::failure_info>> answer_of(
      journal::run_id run, const std::string& update_id);
  journal::run_status status(journal::run_id run);

  void always(std::string what, std::function<bool()> holds);
  void violated(const std::string& what);
  // Throws when a run is stuck, or an activity unknown, and the scenario was not told so.
  void end_scenario();
  bool is_explored() const { return control_ && control_->order; }
  // Of so many things that may happen next, the one that does; 0 where nobody explores.
  std::uint32_t choose(std::size_t among);
  void note(const std::string& line);

  const registry& bound() const { return bound_; }
  const environment_options& options() const { return options_; }
  outside_world& outside() { return outside_; }
  mortal_store& store() { return store_; }
  const manual_clock& clock() const { return clock_; }
  const std::vector<std::string>& reports() const { return reports_; }
  const std::vector<std::string>& transcript() const { return transcript_; }
  // The first thing that had to hold and did not; "" for none.
  const std::string& violation() const { return violation_; }

 private:
  struct invariant {
    std::string what;
    std::function<bool()> holds;
  };

  struct move {
    enum class kind { step, scenario, time, kill, failure };
    kind what = kind::step;
    outside_world::step step;  // of an attempt, or instead of which it fails
  };

  void open();
  void close();
  bool run_one();
  void drain();
  void settle();
  void interleave();
  bool make_move();
  void run_until(const run_name& which, const std::function<bool()>& is_there);
  std::vector<move> moves(bool goes_on) const;
  void make(const move& next);
  void let_die();
  bool skip_time();
  void pass(std::chrono::microseconds by);
  std::optional<std::chrono::microseconds> until_next() const;
  // Nothing when it is later than anything may be.
  std::optional<std::chrono::microseconds> until_something() const;
  void check_invariants();
  void see(const journal::unit& committed, std::uint64_t append);
  void refuse_if_stuck(const run_name& which);
  void refuse_unknown_activities();
  bool is_paranoid() const { return options_.paranoid || options_.engine.paranoid; }
  std::uint64_t most_steps() const;
  std::string if_more_are_meant() const;
  std::string what_is_left() const;
  [[noreturn]] void give_up(const run_name& which, const std::string& why);
  std::vector<stuck_run> stuck_runs();
  std::string next_request();

  const registry bound_;
  environment_options options_;
  scenario_control* control_;
  manual_clock clock_;
  request_entropy entropy_;
  std::unique_ptr<journal::store> journal_;
  mortal_store store_;
  std::vector<std::string> transcript_;
  bool departs_ = false;  // what happens next is not what usually does
  outside_world outside_;
  std::vector<std::string> reports_;
  std::size_t reports_seen_ = 0;
  std::vector<stuck_run> stuck_;  // as of those reports
  std::vector<invariant> invariants_;
  std::string violation_;
  std::set<std::string> unknown_activities_;
  std::set<std::string> told_;  // stuck runs and unknown activities that the scenario knows of
  bool is_over_ = false;        // the scenario
  std::uint64_t requests_ = 0;
  std::uint64_t processes_ = 0;
  std::uint32_t kills_ = 0;
  std::uint32_t failures_ = 0;

  std::unique_ptr<boost::asio::io_context> io_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  std::unique_ptr<engine> engine_;
};

// The client's side: a request whose process dies before it is answered is made again.
template <class T, class Ask>
T environment::impl::request(const std::string& said, const Ask& ask) {
  interleave();
  note(said);
  const auto name = next_request();
  for (;;) {
    entropy_.begin(name);
    const auto process = processes_;
    const auto reply = std::make_shared<std::optional<theus::result<T>>>();
    ask(*engine_, name, [reply](theus::result<T> r) { *reply = std::move(r); });
    while (!*reply && process == processes_ && run_one()) {
    }
    if (process != processes_) continue;
    if (!*reply) throw std::logic_error("theus::testing: the engine does not answer");
    if (!**reply) throw error_exception((*reply)->error());
    if (is_explored()) {
      drain();
    } else {
      settle();
    }
    if constexpr (std::is_void_v<T>) {
      return;
    } else {
      return std::move(***reply);
    }
  }
}

}  // namespace theus::testing
