#pragma once

#include <chrono>
#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "theus/operation.hpp"
#include "theus/runtime/random.hpp"
#include "theus/runtime/uuid.hpp"

namespace theus {

class context;
class frame_pool;
class machine;

frame_pool& frames_of(context& ctx);

using time_point = journal::wall_time;

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

  machine& machine_;
  std::optional<random_stream> closed_random_;  // for destructors during eviction
};

}  // namespace theus
