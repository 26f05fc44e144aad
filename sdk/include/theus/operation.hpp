#pragma once

#include <chrono>
#include <concepts>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "theus/activity.hpp"
#include "theus/codec.hpp"
#include "theus/runtime/errors.hpp"
#include "theus/runtime/wait_node.hpp"
#include "theus/signal.hpp"

// Operations are inert values that describe a wish. Nothing happens until one is awaited: only
// then is it numbered, so the order of evaluation of function arguments, which compilers choose
// differently, never shows in a journal.
namespace theus {

// Forgetting to await an operation is an error, not a warning.
#pragma GCC diagnostic error "-Wunused-result"

template <class Operation>
class within_operation;

// Base of everything that may be awaited in a workflow.
template <class Derived>
class operation_base {
 public:
  // Gives up after `limit`: the result is then empty, and the operation withdrawn.
  template <class Rep, class Period>
  [[nodiscard("theus: an operation does nothing until it is awaited")]] auto within(
      std::chrono::duration<Rep, Period> limit) &&;
  // The same, at `deadline`; one that has passed gives up what cannot be had at once.
  template <class Duration>
  [[nodiscard("theus: an operation does nothing until it is awaited")]] auto by(
      std::chrono::sys_time<Duration> deadline) &&;

 protected:
  operation_base() = default;
  operation_base(operation_base&&) = default;
  operation_base& operator=(operation_base&&) = default;
  ~operation_base() = default;
};

template <class T>
concept operation = std::derived_from<T, operation_base<T>> && std::movable<T> && requires {
  typename T::result_type;
  typename T::node_type;
};

// In place of void, where a value is needed.
template <class R>
using value_of = std::conditional_t<std::is_void_v<R>, std::monostate, R>;

// Rounds up and saturates: a timer is never early and never wraps.
template <class Rep, class Period>
std::chrono::microseconds to_delay(std::chrono::duration<Rep, Period> delay) {
  using std::chrono::microseconds;
  using wide = std::chrono::duration<long double, std::micro>;
  if (wide(delay) >= wide(microseconds::max())) return microseconds::max();
  if (wide(delay) <= wide(0)) return microseconds(0);
  return std::chrono::ceil<microseconds>(delay);
}

// ---- a result that waits to be taken

template <class R>
class received_value {
 public:
  // True if taking it will throw: the payload does not decode to R.
  bool accept(const journal::payload& value) {
    try {
      if constexpr (!std::is_void_v<R>) {
        value_.emplace(decode<R>(value));
      }
      return false;
    } catch (...) {
      error_ = std::current_exception();
      return true;
    }
  }
  void accept(std::exception_ptr error) { error_ = std::move(error); }

  R take(bool withdrawn) {
    if (withdrawn) throw cancelled();
    if (error_) std::rethrow_exception(error_);
    if constexpr (!std::is_void_v<R>) return std::move(*value_);
  }

 private:
  std::optional<value_of<R>> value_;
  std::exception_ptr error_;
};

template <class... Args>
journal::payload reencode_arguments(const journal::payload& recorded) {
  return std::apply([](const auto&... values) { return encode_arguments(values...); },
                    decode_arguments<Args...>(recorded));
}

template <class T>
journal::payload reencode_value(const journal::payload& recorded) {
  return encode(decode<T>(recorded));
}

// `other`, if a T can be read from it, or a T made by default.
template <class T>
journal::payload payload_like(const journal::payload& other) {
  try {
    (void)decode<T>(other);
    return other;
  } catch (const std::exception&) {
  }
  try {
    return encode(T());
  } catch (const std::exception&) {
    return "null";
  }
}

// ---- call

// How a failed attempt is tried again. Intervals grow by `coefficient` up to `maximum_interval`
// and vary by the share `jitter`, drawn from a stream seeded by run, command and attempt.
struct retry_policy {
  std::uint32_t attempts = 0;  // 0: without end
  std::chrono::milliseconds first_interval{1'000};
  double coefficient = 2.0;
  std::chrono::milliseconds maximum_interval{100'000};
  double jitter = 0.1;
};

template <class R>
class call_node;

template <class R>
class [[nodiscard("theus: an operation does nothing until it is awaited")]] call_operation
    : public operation_base<call_operation<R>> {
 public:
  using result_type = R;
  using node_type = call_node<R>;

  call_operation(const char* activity, journal::payload arguments, reencode_function reencode)
      : reencode_(reencode) {
    command_.activity = activity;
    command_.arguments = std::move(arguments);
  }

  [[nodiscard("theus: an operation does nothing until it is awaited")]] call_operation&& retry(
      retry_policy policy) && {
    command_.retry.attempts = policy.attempts;
    command_.retry.first_interval_ms = count(policy.first_interval);
    command_.retry.coefficient = policy.coefficient;
    command_.retry.maximum_interval_ms = count(policy.maximum_interval);
    command_.retry.jitter = policy.jitter;
    return std::move(*this);
  }
  // Failures of this type end the retries at once.
  [[nodiscard("theus: an operation does nothing until it is awaited")]] call_operation&&
  non_retryable(std::string type) && {
    command_.retry.non_retryable.push_back(std::move(type));
    return std::move(*this);
  }
  // The time one attempt may take; it then counts as failed with type "timeout", and is told to
  // stop. What it still returns is ignored.
  [[nodiscard("theus: an operation does nothing until it is awaited")]] call_operation&&
  start_to_close(std::chrono::milliseconds limit) && {
    command_.start_to_close_ms = count(limit);
    return std::move(*this);
  }
  // The time that an attempt may take from one `attempt::heartbeat` to the next, and to its first;
  // it then counts as failed with type "heartbeat_timeout", at most a quarter late, and is told to
  // stop. It is tried again, from the details that it left.
  [[nodiscard("theus: an operation does nothing until it is awaited")]] call_operation&&
  heartbeat_timeout(std::chrono::milliseconds limit) && {
    command_.timeouts.heartbeat_ms = count(limit);
    return std::move(*this);
  }
  // The time that an attempt may wait for a place before it begins: the first from when it is asked
  // for, others from when they are due. When it passes, the call fails with type
  // "schedule_to_start_timeout", and is not tried again.
  [[nodiscard("theus: an operation does nothing until it is awaited")]] call_operation&&
  schedule_to_start(std::chrono::milliseconds limit) && {
    command_.timeouts.schedule_to_start_ms = count(limit);
    return std::move(*this);
  }
  // The time that the call may take, with all its attempts. No attempt begins behind it; one that
  // runs is told to stop, and the call fails with type "schedule_to_close_timeout". A failure whose
  // next attempt would be behind it is the call's.
  [[nodiscard("theus: an operation does nothing until it is awaited")]] call_operation&&
  schedule_to_close(std::chrono::milliseconds limit) && {
    close_after_ = std::chrono::milliseconds(count(limit));
    return std::move(*this);
  }
  // An attempt that may have begun before a crash is not run again: the call then fails with type
  // "interrupted". Costs one more synced append for each attempt.
  [[nodiscard("theus: an operation does nothing until it is awaited")]] call_operation&&
  at_most_once() && {
    command_.at_most_once = true;
    return std::move(*this);
  }

 private:
  friend class call_node<R>;

  static std::uint64_t count(std::chrono::milliseconds interval) {
    return interval.count() < 0 ? 0 : static_cast<std::uint64_t>(interval.count());
  }

  journal::schedule_activity command_;
  reencode_function reencode_;
  std::chrono::milliseconds close_after_{0};
};

template <class R>
class call_node final : public activity_leaf {
 public:
  using result_type = R;
  static constexpr bool is_shield = false;

  explicit call_node(call_operation<R>&& wish)
      : activity_leaf(std::move(wish.command_), wish.reencode_, wish.close_after_) {}

  R take() { return received_.take(was_withdrawn()); }

  journal::payload result_like(const journal::payload& other) const override {
    if constexpr (std::is_void_v<R>) {
      return "null";
    } else {
      return payload_like<R>(other);
    }
  }

 private:
  bool accept(const journal::payload& value) override { return received_.accept(value); }
  bool accept(const journal::failure_info& failure, std::uint32_t attempt) override {
    received_.accept(
        std::make_exception_ptr(activity_failed(command().activity, attempt, failure)));
    return true;
  }

  received_value<R> received_;
};

// ---- sleep

class sleep_node;

class [[nodiscard("theus: an operation does nothing until it is awaited")]] sleep_operation
    : public operation_base<sleep_operation> {
 public:
  using result_type = void;
  using node_type = sleep_node;

  explicit sleep_operation(timer_leaf::moment when) : when_(when) {}

 private:
  friend class sleep_node;
  timer_leaf::moment when_;
};

class sleep_node final : public timer_leaf {
 public:
  using result_type = void;
  static constexpr bool is_shield = false;

  explicit sleep_node(sleep_operation&& wish) : timer_leaf(wish.when_) {}
};

// ---- receive

template <class T>
class receive_node;

template <class T>
class [[nodiscard("theus: an operation does nothing until it is awaited")]] receive_operation
    : public operation_base<receive_operation<T>> {
 public:
  using result_type = T;
  using node_type = receive_node<T>;

  explicit receive_operation(const char* name) : name_(name) {}

 private:
  friend class receive_node<T>;
  std::string name_;
};

template <class T>
class receive_node final : public signal_leaf {
 public:
  using result_type = T;
  static constexpr bool is_shield = false;

  explicit receive_node(receive_operation<T>&& wish) : signal_leaf(std::move(wish.name_)) {}

  T take() { return received_.take(was_withdrawn()); }

 private:
  bool accept(const journal::payload& value) override { return received_.accept(value); }

  received_value<T> received_;
};

// ---- send

class send_node;

class [[nodiscard("theus: an operation does nothing until it is awaited")]] send_operation
    : public operation_base<send_operation> {
 public:
  using result_type = void;
  using node_type = send_node;

  send_operation(journal::send_signal message, reencode_function reencode)
      : message_(std::move(message)), reencode_(reencode) {}

 private:
  friend class send_node;
  journal::send_signal message_;
  reencode_function reencode_;
};

class send_node final : public send_leaf {
 public:
  using result_type = void;
  static constexpr bool is_shield = false;

  explicit send_node(send_operation&& wish) : send_leaf(std::move(wish.message_), wish.reencode_) {}
};

// ---- within

template <class Operation>
class within_node final : public wait_node, private wait_parent {
 public:
  using inner_result = typename Operation::result_type;
  // Empty, or false, if time ran out.
  using result_type =
      std::conditional_t<std::is_void_v<inner_result>, bool, std::optional<value_of<inner_result>>>;
  static constexpr bool is_shield = false;

  explicit within_node(within_operation<Operation>&& wish)
      : inner_(std::move(wish.inner_)), timer_(wish.limit_) {}

  result_type take() {
    if (timed_out_) return result_type{};
    if constexpr (std::is_void_v<inner_result>) {
      inner_.take();
      return true;
    } else {
      return inner_.take();
    }
  }

 private:
  void do_start(scope& in, std::source_location at) override {
    inner_.start(*this, in, at);
    if (!inner_.is_done()) timer_.start(*this, in, at);
  }
  void do_cancel() override {
    inner_.cancel();
    timer_.cancel();
  }
  void child_done(wait_node& child) override {
    if (&child == &inner_) {
      timer_.cancel();
    } else if (!timer_.is_failed()) {
      timed_out_ = true;
      inner_.cancel();
    }
    if (inner_.is_done() && (timer_.is_done() || !timer_.is_started()) && !is_done()) {
      finish(!timed_out_ && inner_.is_failed());
    }
  }

  typename Operation::node_type inner_;
  timer_leaf timer_;
  bool timed_out_ = false;
};

template <class Operation>
class [[nodiscard("theus: an operation does nothing until it is awaited")]] within_operation
    : public operation_base<within_operation<Operation>> {
 public:
  using node_type = within_node<Operation>;
  using result_type = typename node_type::result_type;

  within_operation(Operation&& inner, timer_leaf::moment limit)
      : inner_(std::move(inner)), limit_(limit) {}

 private:
  friend class within_node<Operation>;
  Operation inner_;
  timer_leaf::moment limit_;
};

template <class Derived>
template <class Rep, class Period>
auto operation_base<Derived>::within(std::chrono::duration<Rep, Period> limit) && {
  return within_operation<Derived>(static_cast<Derived&&>(*this), to_delay(limit));
}

template <class Derived>
template <class Duration>
auto operation_base<Derived>::by(std::chrono::sys_time<Duration> deadline) && {
  return within_operation<Derived>(static_cast<Derived&&>(*this),
                                   std::chrono::ceil<journal::wall_time::duration>(deadline));
}

}  // namespace theus
