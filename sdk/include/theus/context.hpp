#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "theus/child.hpp"
#include "theus/condition.hpp"
#include "theus/context_place.hpp"
#include "theus/loop.hpp"
#include "theus/operation.hpp"
#include "theus/phase.hpp"
#include "theus/promise.hpp"
#include "theus/runtime/random.hpp"
#include "theus/runtime/uuid.hpp"
#include "theus/task.hpp"

namespace theus {

class context;
class frame_pool;
class machine;

frame_pool& frames_of(context& ctx);

using time_point = journal::wall_time;

// All of a Context at some moment, to go back to it. Shares what has not changed since; not
// recordable.
class context_snapshot {
 private:
  friend class context;
  explicit context_snapshot(theus::value tree) : tree_(std::move(tree)) {}
  theus::value tree_;
};

// What a workflow has instead of the world. Everything it gives is recorded or derived from what
// was recorded, so it is the same when the run is replayed.
// Lifetime: the run's; thread: the run's shard. While a run's frames are destroyed (it is evicted)
// the context is closed: calls from destructors change nothing.
class context {
 public:
  explicit context(machine& owner) : machine_(owner) {}
  context(const context&) = delete;
  context& operator=(const context&) = delete;

  // Calls an activity and awaits its recorded result. Throws activity_failed, cancelled.
  template <class R, class... Params, class... Args>
    requires(sizeof...(Params) == sizeof...(Args) && (std::convertible_to<Args, Params> && ...))
  call_operation<R> call(activity<R(Params...)> what, Args&&... args) {
    return call_operation<R>(what.name(), encode_as<Params...>(std::forward<Args>(args)...),
                             &reencode_arguments<std::remove_cvref_t<Params>...>);
  }
  template <class R, class... Params, class... Args>
    requires(sizeof...(Params) != sizeof...(Args) || !(std::convertible_to<Args, Params> && ...))
  call_operation<R> call(activity<R(Params...)>, Args&&...) {
    static_assert(refused<R, Args...>,
                  "theus: these arguments do not fit the parameters of the activity");
    return refusal{};
  }

  // Starts another run and awaits its result: child.hpp. Throws child_failed, cancelled.
  template <class R, class... Params, class... Args>
    requires(sizeof...(Params) == sizeof...(Args) && (std::convertible_to<Args, Params> && ...))
  child_operation<R> child(child_workflow<R(Params...)> what, Args&&... args) {
    return child_operation<R>(what.name(), encode_as<Params...>(std::forward<Args>(args)...),
                              &reencode_arguments<std::remove_cvref_t<Params>...>);
  }
  template <class R, class... Params, class... Args>
    requires(sizeof...(Params) != sizeof...(Args) || !(std::convertible_to<Args, Params> && ...))
  child_operation<R> child(child_workflow<R(Params...)>, Args&&...) {
    static_assert(refused<R, Args...>,
                  "theus: these arguments do not fit the parameters of the child workflow");
    return refusal{};
  }
  // Starts another run and does not wait for it; that goes on whatever becomes of this one.
  template <class R, class... Params, class... Args>
    requires(sizeof...(Params) == sizeof...(Args) && (std::convertible_to<Args, Params> && ...))
  start_operation start_child(child_workflow<R(Params...)> what, Args&&... args) {
    return start_operation(what.name(), encode_as<Params...>(std::forward<Args>(args)...),
                           &reencode_arguments<std::remove_cvref_t<Params>...>);
  }
  template <class R, class... Params, class... Args>
    requires(sizeof...(Params) != sizeof...(Args) || !(std::convertible_to<Args, Params> && ...))
  start_operation start_child(child_workflow<R(Params...)>, Args&&...) {
    static_assert(refused<R, Args...>,
                  "theus: these arguments do not fit the parameters of the child workflow");
    return refusal{};
  }
  template <class Other, class... Args>
  refusal child(Other&&, Args&&...) {
    static_assert(refused<Other>,
                  "theus: a child is started by the name of its workflow type: declare a constexpr "
                  "theus::child_workflow<R(Args...)>; to run a function within this run, await its "
                  "call");
    return {};
  }
  template <class Other, class... Args>
  refusal start_child(Other&&, Args&&...) {
    static_assert(refused<Other>,
                  "theus: a child is started by the name of its workflow type: declare a constexpr "
                  "theus::child_workflow<R(Args...)>");
    return {};
  }

  // Sleeps durably: the run holds no thread and no memory meanwhile.
  template <class Rep, class Period>
  sleep_operation sleep(std::chrono::duration<Rep, Period> delay) {
    return sleep_operation(to_delay(delay));
  }
  template <class Duration>
  sleep_operation sleep_until(std::chrono::sys_time<Duration> deadline) {
    return sleep_operation(std::chrono::ceil<time_point::duration>(deadline));
  }

  // Takes the oldest unread signal of that name, waiting for one if need be.
  template <class T>
  receive_operation<T> receive(signal<T> what) {
    return receive_operation<T>(what.name());
  }

  // Makes a promise: a T that anyone settles later who is given its token, from C++ or from the
  // command line. It is made here and now, as a command of this scope: promise.hpp.
  template <class T>
  theus::promise<T> promise(std::source_location at = std::source_location::current()) {
    return theus::promise<T>(new_promise(&reencode_promised<T>, &promised_like<T>, at));
  }

  // Sends a signal to another run, at least once and deduplicated there. Awaiting it records the
  // wish; it does not wait for delivery. A run that does not exist or has finished gets nothing.
  template <class T, class Value>
    requires std::convertible_to<Value, T>
  send_operation send(std::string workflow_id, signal<T> what, Value&& value) {
    journal::send_signal message;
    message.workflow_id = std::move(workflow_id);
    message.name = what.name();
    message.value = encode(static_cast<T>(std::forward<Value>(value)));
    return send_operation(std::move(message), &reencode_value<T>);
  }

  template <class T, class Value>
    requires(!std::convertible_to<Value, T>)
  send_operation send(std::string, signal<T>, Value&&) {
    static_assert(refused<T, Value>, "theus: this value does not fit the signal");
    return refusal{};
  }

  // ---- structured concurrency: see docs/structured-concurrency.md

  // Runs a workflow beside this one, as a scope of its own, numbered here and now. It first runs
  // when this one awaits or ends, behind all that was runnable before. The scope that spawns it
  // (workflow function, phase, iteration) does not end before it has: it is awaited when the
  // function returns, and cancelled first when that throws. A failure that nobody took is then that
  // of the scope.
  template <class R>
  task<R> spawn(workflow<R>&& body) {
    return spawn_in(spawning_scope(), std::move(body));
  }
  template <class Other>
  refusal spawn(Other&&) {
    static_assert(refused<Other>,
                  "theus: spawn() takes a call of a workflow function by value: "
                  "ctx.spawn(f(ctx, …)); move what has a name into it");
    return {};
  }

  // Waits until the predicate holds. It is asked whenever nothing else of the run can run, so
  // behind each event and each end of a phase that it changes something for; of several that hold,
  // the one awaited first goes on alone before the others are asked again. When a plain `co_await`
  // of it returns, it holds. It may look at locals and the Context, and do nothing else: not await,
  // not write, not ask for the time (await ctx.sleep_until for that). What it throws is thrown
  // here.
  template <std::predicate Predicate>
    requires std::copy_constructible<Predicate>
  condition_operation until(Predicate holds) {
    return condition_operation(std::move(holds));
  }
  template <class Other>
  refusal until(Other) {
    static_assert(refused<Other>,
                  "theus: until() takes something copyable to call without arguments that says "
                  "true or false; await an operation itself");
    return {};
  }

  // Throws cancelled when the scope that asks is cancelled: between two shielded steps, the second
  // of which is then not begun. Every await that is not shielded does so by itself.
  void throw_if_cancelled() const;

  // ---- the Context: the run's state

  context_place operator[](std::string_view key) { return {machine_, path() / key}; }
  // By JSON Pointer; "" is the whole Context.
  context_place at(std::string_view json_pointer) {
    return context_place(machine_, path()).at(json_pointer);
  }
  // The Context as it is now, and back to it: both O(1), whatever its size.
  context_snapshot snapshot() const;
  void restore(const context_snapshot& earlier);

  // ---- re-entry points: see phase.hpp and loop.hpp

  template <class R, class... Params, class... Args>
    requires(sizeof...(Params) == sizeof...(Args) && (std::convertible_to<Args, Params> && ...))
  phase_operation<R> phase(std::string name, workflow<R> (*function)(context&, Params...),
                           Args&&... args) {
    static_assert((recordable_parameter<Params>() && ...), "");
    static_assert(!is_next<R>,
                  "theus: a function that returns next<…> is an iteration; use ctx.loop");
    return phase_operation<R>(*this, std::move(name), reinterpret_cast<erased_function>(function),
                              &start_phase<R, Params...>,
                              encode_as<Params...>(std::forward<Args>(args)...),
                              &reencode_arguments<std::remove_cvref_t<Params>...>);
  }
  template <class R, class... Params, class... Args>
    requires(sizeof...(Params) != sizeof...(Args) || !(std::convertible_to<Args, Params> && ...))
  phase_operation<R> phase(std::string, workflow<R> (*)(context&, Params...), Args&&...) {
    static_assert(refused<R, Args...>,
                  "theus: these arguments do not fit the parameters of the phase");
    return refusal{};
  }
  template <class Lambda, class... Args>
    requires(std::is_class_v<std::decay_t<Lambda>>)
  auto phase(std::string name, Lambda lambda, Args&&... args) {
    static_assert(std::is_empty_v<Lambda>,
                  "theus: a phase cannot be a capturing lambda; pass what it needs as arguments");
    if constexpr (std::is_empty_v<Lambda>) {
      return phase(std::move(name), +lambda, std::forward<Args>(args)...);
    } else {
      return refusal{};
    }
  }
  template <class R, class... Args>
  refusal phase(std::string, workflow<R>&&, Args&&...) {
    static_assert(refused<R>,
                  "theus: a phase takes the workflow function and its arguments, not a call of it");
    return {};
  }

  template <class State, class First>
    requires std::convertible_to<First, State>
  loop_operation<State> loop(std::string name, workflow<next<State>> (*iteration)(context&, State),
                             First&& first) {
    static_assert(recordable_parameter<State>(), "");
    return loop_operation<State>(*this, std::move(name), iteration,
                                 static_cast<State>(std::forward<First>(first)));
  }
  template <class R, class... Params, class... Args>
  refusal loop(std::string, workflow<R> (*)(context&, Params...), Args&&...) {
    static_assert(refused<R, Args...>,
                  "theus: an iteration is theus::workflow<theus::next<State>> f(theus::context&, "
                  "State), and a loop begins with a State");
    return {};
  }
  template <class Lambda, class First>
    requires(std::is_class_v<std::decay_t<Lambda>>)
  auto loop(std::string name, Lambda lambda, First&& first) {
    static_assert(std::is_empty_v<Lambda>,
                  "theus: an iteration cannot be a capturing lambda; pass what it needs as state");
    if constexpr (std::is_empty_v<Lambda>) {
      return loop(std::move(name), +lambda, std::forward<First>(first));
    } else {
      return refusal{};
    }
  }

  // Which version of a change of this workflow's code to follow, of those from `least` to `most`
  // that the code still has: `most` in what is new, and `least` in what was recorded before the
  // code asked. Remembered for the phase or iteration that asks, or for the run: a long loop
  // follows the change from its next iteration on. Where a change is asked about first, the answer
  // is recorded. A change that every run follows need not be asked about any more.
  // An answer that this code does not have sets the run aside until a fitting binary comes.
  // The idea is Temporal's GetVersion; semantics rule 22.
  std::int32_t version(std::string_view change, std::int32_t least, std::int32_t most,
                       std::source_location at = std::source_location::current());

  // Updates of the run that were accepted and have not completed: to wait for all of them,
  //   co_await ctx.until([&] { return ctx.open_updates() == 0; });
  std::size_t open_updates() const;

  // The time of the event that is being applied; never goes back within a run.
  time_point now() const;
  // This scope's own stream, seeded from the run's recorded seed.
  random_stream& random();
  theus::uuid uuid() { return random().uuid(); }
  // Written when the turn is durable; silent on replay.
  void log(std::string text);

  const std::string& workflow_id() const;

 private:
  friend frame_pool& frames_of(context& ctx);

  template <class... Params, class... Args>
  static journal::payload encode_as(Args&&... args) {
    return encode_arguments<std::remove_cvref_t<Params>...>(
        static_cast<std::remove_cvref_t<Params>>(std::forward<Args>(args))...);
  }

  scope* spawning_scope();
  boost::intrusive_ptr<promise_state> new_promise(reencode_function reencode,
                                                  promise_state::like_function like,
                                                  std::source_location at);

  machine& machine_;
  std::optional<random_stream> closed_random_;  // for destructors during eviction
};

}  // namespace theus
