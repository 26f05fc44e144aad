#pragma once

#include <exception>
#include <source_location>
#include <string>
#include <utility>

#include "theus/operation.hpp"
#include "theus/runtime/promise_state.hpp"

// Promises: results that come from outside, from anyone who was given a token.
namespace theus {

template <class T>
class promise_node;

// Waits for a promise. Throws failure, as it was rejected with; cancelled. Giving up, as the loser
// of an `any` does, leaves the promise as it is.
template <class T>
class [[nodiscard("theus: an operation does nothing until it is awaited")]] promise_operation
    : public operation_base<promise_operation<T>> {
 public:
  using result_type = T;
  using node_type = promise_node<T>;

  explicit promise_operation(boost::intrusive_ptr<promise_state> from) : from_(std::move(from)) {}

 private:
  friend class promise_node<T>;
  boost::intrusive_ptr<promise_state> from_;
};

template <class T>
class promise_node final : public promise_wait {
 public:
  using result_type = T;
  static constexpr bool is_shield = false;

  explicit promise_node(promise_operation<T>&& wish) : promise_wait(std::move(wish.from_)) {}

  T take() { return received_.take(was_withdrawn()); }

 private:
  bool accept(const journal::payload& value) override { return received_.accept(value); }
  bool accept(const journal::failure_info& failed) override {
    received_.accept(std::make_exception_ptr(failure(failed.type, failed.message)));
    return true;
  }

  received_value<T> received_;
};

// A T that somebody outside will give, or refuse to give, once. See ctx.promise<T>().
//   theus::promise<bool> decision = ctx.promise<bool>();
//   co_await ctx.call(ask_by_mail, decision.token());
//   bool yes = co_await decision;
// The first who settles it wins, also before it is awaited. It may be awaited as often as one
// likes, and in several tasks. Copies share one; when the last is gone and nobody has settled it,
// it is withdrawn, and who settles it then is told so. It does not cross the border of a phase or
// loop (semantics rule 21). Restate calls this an awakeable, Temporal completes an activity by
// token.
template <class T>
class [[nodiscard("theus: a promise that nobody keeps is withdrawn at once")]] promise {
  static_assert(recordable_result<T>(), "");

 public:
  using bound_to_run = void;  // not recordable: its token is

  explicit promise(boost::intrusive_ptr<promise_state> state) : state_(std::move(state)) {}

  // For who is to settle it: `runtime.resolve(token, …)`, `theus-app resolve TOKEN …`. A short text
  // for URLs and command lines (promise_token), the same on every replay. It works once the turn
  // that made it is durable, as everything does that leaves a run. Empty in a destructor that an
  // eviction runs.
  std::string token() const { return state_ ? state_->token() : std::string(); }
  // To be awaited beside other things: `co_await theus::any(decision.result(), ctx.sleep(72h))`.
  // Awaited alone, `co_await decision` is the same.
  promise_operation<T> result() const { return promise_operation<T>(state_); }
  bool is_settled() const { return state_ && state_->is_settled(); }

 private:
  boost::intrusive_ptr<promise_state> state_;
};

template <class T>
inline constexpr bool is_promise = false;
template <class T>
inline constexpr bool is_promise<promise<T>> = true;

template <class T>
journal::payload reencode_promised(const journal::payload& recorded) {
  if constexpr (std::is_void_v<T>) {
    return "null";
  } else {
    return reencode_value<T>(recorded);
  }
}
template <class T>
journal::payload promised_like(const journal::payload& other) {
  if constexpr (std::is_void_v<T>) {
    return "null";
  } else {
    return payload_like<T>(other);
  }
}

}  // namespace theus
