#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <source_location>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "theus/application.hpp"
#include "theus/codec.hpp"
#include "theus/runtime.hpp"
#include "theus/testing/attempts.hpp"
#include "theus/testing/mock.hpp"
#include "theus/testing/run.hpp"

namespace theus::testing {

struct scenario_control;

struct environment_options {
  // What the clock says at first.
  journal::wall_time begins = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
  // Run ids and the random numbers of workflows follow from it.
  std::uint64_t seed = 1;
  // Every turn is made twice before it is recorded, and what differs is refused.
  bool paranoid = true;
  // Time passes by itself while a run's end is waited for and nothing else is left to do.
  bool skips_time = true;
  // So many things happen in one wait for a run's end or for quiet (answers of activities, times
  // that pass), and so much time passes at most: what goes on is reported as what never ends.
  // Unless told 10'000, and 1'000 while paranoid: then each turn repeats all that came before it,
  // so that a run of twice as many takes four times as long.
  std::optional<std::uint64_t> most_steps = {};
  std::chrono::hours longest{24 * 366 * 1'000};
  // What an awaitable activity that is not mocked waits for is real: so long at most.
  std::chrono::milliseconds real_wait{10'000};
  // Its sweeps, its horizon of timers and the backoff of stuck runs are set by the environment.
  engine_options engine = {};
};

// The engine of production in one thread, over a journal in memory and a clock that passes when it
// is told to: nothing real runs but the activities that are bound and not mocked, and those in the
// calling thread. After each request and each step of time everything runs that can run without
// time passing, in an order that is always the same: the same test does the same again.
//
// It runs what the application holds when it is made. Thread: one. Errors: requests that are
// refused throw error_exception, as theus::runtime does; unfinished and stuck are said below.
class environment {
 public:
  explicit environment(const application& what, environment_options options = {});
  ~environment();
  environment(const environment&) = delete;
  environment& operator=(const environment&) = delete;

  // ---- the world outside; at any time, for attempts that begin from then on

  // Stands for an activity: a function as application::bind takes it, or simply the result. What is
  // not mocked does what the application binds.
  template <class R, class... Params, class Function>
  environment& mock(activity<R(Params...)> what, Function function) {
    mock_activity(what.name(), make_mock(what, std::move(function)));
    return *this;
  }
  // These attempts of each call fail and have no effect. What is said last counts.
  template <class R, class... Params>
  environment& fail(activity<R(Params...)> what, attempts which, const failure& how) {
    fail_attempts(what.name(), which, how);
    return *this;
  }
  // These attempts of each call last so long: they take effect when they begin, and answer then.
  template <class R, class... Params>
  environment& delay(activity<R(Params...)> what, std::chrono::microseconds lasts,
                     attempts which = attempts::all()) {
    delay_attempts(what.name(), which, lasts);
    return *this;
  }
  // Of all runs, in the order in which they began.
  template <class R, class... Params>
  std::vector<seen_attempt<std::remove_cvref_t<Params>...>> attempts_of(
      activity<R(Params...)> what) const {
    std::vector<seen_attempt<std::remove_cvref_t<Params>...>> seen;
    for (const auto& each : attempts_of_activity(what.name())) {
      seen.push_back({each.workflow_id, each.idempotency_key, each.number, each.began,
                      decode_arguments<std::remove_cvref_t<Params>...>(each.arguments)});
    }
    return seen;
  }

  // ---- requests

  template <class R, class... Args>
  run<R> start(const std::string& workflow, const std::string& workflow_id, const Args&... args) {
    return start<R>(start_of(workflow, {.workflow_id = workflow_id}, args...));
  }
  // The same, with arguments that the compiler holds against the function's parameters.
  template <class R, class... Params, class... Args>
  run<R> start(workflow<R> (*function)(context&, Params...), const std::string& workflow_id,
               const Args&... args) {
    if constexpr (sizeof...(Args) != sizeof...(Params)) {
      static_assert(refused<R>, "theus: this workflow takes another number of arguments");
    } else if constexpr (!(std::is_convertible_v<const Args&, Params> && ...)) {
      static_assert(refused<R>, "theus: these are not the arguments that this workflow takes");
    } else {
      return start<R>(name_of(function), workflow_id, static_cast<Params>(args)...);
    }
  }
  // With a policy: theus::start_of says how. Its request id is made up.
  template <class R>
  run<R> start(start_request request) {
    return run<R>(*this, start_encoded(std::move(request)));
  }
  template <class R, class T>
  run<R> signal_with_start(start_request first, theus::signal<T> what,
                           const std::type_identity_t<T>& value) {
    first.signal = {what.name(), encode(value)};
    return start<R>(std::move(first));
  }
  template <class T>
  void signal(const std::string& workflow_id, theus::signal<T> what,
              const std::type_identity_t<T>& value) {
    signal_encoded(workflow_id, what.name(), encode(value));
  }
  void cancel(const std::string& workflow_id, const std::string& reason = {});
  void terminate(const std::string& workflow_id, const std::string& reason = {});
  void pause(const std::string& workflow_id, const std::string& reason = {});
  void resume(const std::string& workflow_id);
  // A promise, by its token. Throws error_exception: see engine::settle.
  template <class T>
  void resolve(const std::string& token, const T& value) {
    settle_encoded(token, encode(value));
  }
  void resolve(const std::string& token) { settle_encoded(token, "null"); }  // promise<void>
  void reject(const std::string& token, const failure& why) {
    settle_encoded(token, journal::failure_info{why.type(), why.what(), {}});
  }
  // Asks a run to change: throws error_exception when it is refused (engine::update). The answer is
  // waited for as a run's result is.
  template <class R, class... Params, class... Args>
  R update(const std::string& workflow_id, theus::update<R(Params...)> what, const Args&... args) {
    return begin_update(workflow_id, what, args...).result();
  }
  template <class R, class... Params, class... Args>
  started_update<R> begin_update(const std::string& workflow_id, theus::update<R(Params...)> what,
                                 const Args&... args) {
    const update_reply accepted = update_encoded(
        to_request(workflow_id, update_options(), update_stage::accepted, what, args...));
    return started_update<R>(*this, {workflow_id, accepted.run}, accepted.update_id);
  }
  // To a run that begins with it where none of this workflow id is open: theus::start_of says how.
  template <class R, class... Params, class... Args>
  R update_with_start(start_request first, theus::update<R(Params...)> what, const Args&... args) {
    update_request asked =
        to_request(first.workflow_id, update_options(), update_stage::accepted, what, args...);
    asked.start = std::move(first);
    const std::string workflow_id = asked.workflow_id;
    const update_reply accepted = update_encoded(std::move(asked));
    return started_update<R>(*this, {workflow_id, accepted.run}, accepted.update_id).result();
  }
  // As a runtime answers it: how the run stands behind its last recorded turn. Nothing runs but the
  // query's function, so that always() may ask, too. By workflow id, its newest run, or run id.
  // Throws error_exception: see engine::query.
  template <class R, class... Params, class... Args>
  R query(const std::string& id, theus::query<R(Params...)> what, const Args&... args) const {
    return decode<R>(query_encoded(to_request(id, what, args...)));
  }
  // The newest run with this workflow id, whoever started it. Throws error_exception (not_found).
  template <class R>
  run<R> find(const std::string& workflow_id) {
    return run<R>(*this, find_run(workflow_id));
  }

  // ---- time and processes

  journal::wall_time now() const;
  // Everything that is due until then happens at its time.
  void advance(std::chrono::microseconds by);
  // Everything that can happen without time passing; every request does so too.
  void run_until_idle();
  // As SIGKILL: what is not in the journal is lost, and another process opens it.
  void kill();

  // ---- what has to hold

  // Throws, and what is caught on the way counts all the same: for use anywhere in a scenario.
  void require(bool holds, const std::string& what,
               std::source_location at = std::source_location::current());
  void require(bool holds, const std::string& what, const std::string& where);
  // From now on, whenever everything that was ready has run.
  void always(std::string what, std::function<bool()> holds);
  // What these do comes in any order; explore() looks for one that goes wrong.
  void in_any_order(std::vector<std::function<void()>> parts);

  // Lines of ctx.log, stuck runs and other reports of the engine.
  const std::vector<std::string>& reports() const;
  // What happened, a line for each step.
  std::string transcript() const;
  journal::store& records();

 private:
  friend class any_run;
  friend class any_update;
  friend class rehearsal;
  class impl;
  struct recorded_attempt {
    std::string workflow_id;
    std::string idempotency_key;
    std::uint32_t number = 1;
    journal::wall_time began;
    journal::payload arguments;
  };

  environment(const application& what, environment_options options, scenario_control* control);

  void mock_activity(const std::string& name, std::shared_ptr<const activity_type> with);
  void fail_attempts(const std::string& name, attempts which, const failure& how);
  void delay_attempts(const std::string& name, attempts which, std::chrono::microseconds lasts);
  std::vector<recorded_attempt> attempts_of_activity(const std::string& name) const;

  run_name start_encoded(start_request request);
  void signal_encoded(const std::string& workflow_id, const std::string& name,
                      journal::payload value);
  void settle_encoded(const std::string& token,
                      std::variant<journal::payload, journal::failure_info> outcome);
  update_reply update_encoded(update_request request);
  journal::payload query_encoded(const query_request& request) const;
  run_name find_run(const std::string& workflow_id) const;

  template <class R, class... Params>
  std::string name_of(workflow<R> (*function)(context&, Params...)) const {
    for (const auto& [name, type] : bound().workflows) {
      const auto* same = dynamic_cast<const workflow_binding<R, Params...>*>(type.get());
      if (same && same->function() == function) return name;
    }
    refuse_unknown_function();
  }
  const registry& bound() const;
  [[noreturn]] static void refuse_unknown_function();

  std::unique_ptr<impl> impl_;
};

}  // namespace theus::testing
