#pragma once

#include <coroutine>
#include <cstddef>
#include <optional>
#include <source_location>
#include <utility>

#include "theus/operation.hpp"
#include "theus/promise.hpp"
#include "theus/runtime/frame_pool.hpp"
#include "theus/runtime/machine.hpp"
#include "theus/runtime/promise.hpp"

namespace theus {

// Falling off the end of a workflow that has a result is an error, not a warning.
#pragma GCC diagnostic error "-Wreturn-type"

class context;
// Of the run that the context belongs to.
frame_pool& frames_of(context& ctx);

template <class R>
class workflow_promise;
template <class R>
class inner_workflow_node;

// A workflow: a deterministic coroutine whose first parameter is `theus::context&`. Calling it
// makes an inert value; awaiting that in another workflow runs it there as a scope of its own.
template <class R>
class [[nodiscard("theus: a workflow does nothing until it is awaited")]] workflow
    : public operation_base<workflow<R>> {
  static_assert(recordable_result<typename crossing<R>::type>(), "");

 public:
  using result_type = R;
  using node_type = inner_workflow_node<R>;
  using promise = workflow_promise<R>;

  workflow(workflow&& other) noexcept
      : frame_(std::exchange(other.frame_, nullptr)), shielded_(other.shielded_) {}
  workflow& operator=(workflow&& other) noexcept {
    std::swap(frame_, other.frame_);
    std::swap(shielded_, other.shielded_);
    return *this;
  }
  ~workflow() {
    if (frame_) frame_.destroy();
  }

  // For the machinery: gives the frame away.
  std::coroutine_handle<promise> release() { return std::exchange(frame_, nullptr); }
  void shield() { shielded_ = true; }
  bool is_shielded() const { return shielded_; }

 private:
  friend class workflow_promise<R>;
  explicit workflow(std::coroutine_handle<promise> frame) : frame_(frame) {}

  std::coroutine_handle<promise> frame_;
  bool shielded_ = false;
};

// Lives in the frame of the coroutine that awaits.
template <class Operation>
class awaiter final : private wait_parent {
 public:
  awaiter(Operation&& wish, promise_base& promise, std::source_location at)
      : promise_(promise), node_(std::move(wish)), at_(at) {}

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<>) {
    scope& lane = promise_.lane();
    promise_.note_await(at_);
    lane.owner().note_await(at_);
    if (lane.is_cancelled() && !Operation::node_type::is_shield) {
      refused_ = true;
      lane.owner().enqueue(promise_);
      return;
    }
    promise_.set_awaiting(&node_);
    node_.start(*this, lane, at_);
  }
  typename Operation::result_type await_resume() {
    if (refused_) throw cancelled();
    return node_.take();
  }

 private:
  void child_done(wait_node&) override {
    promise_.set_awaiting(nullptr);
    promise_.lane().owner().enqueue(promise_);
  }

  promise_base& promise_;
  typename Operation::node_type node_;
  std::source_location at_;
  bool refused_ = false;
};

template <class R>
class returned_value {
 public:
  void return_value(R value) { value_.emplace(std::move(value)); }
  R take() { return std::move(*value_); }
  const R& peek() const { return *value_; }

 private:
  std::optional<R> value_;
};

template <>
class returned_value<void> {
 public:
  void return_void() {}
  void take() {}
};

template <class R>
class workflow_promise : public promise_base, public returned_value<R> {
 public:
  // A workflow's frame is taken from its run's pool; Self is what a member function or a lambda has
  // in front of its parameters.
  template <class... Args>
  static void* operator new(std::size_t bytes, context& ctx, Args&&...) {
    return frames_of(ctx).take(bytes);
  }
  template <class Self, class... Args>
  static void* operator new(std::size_t bytes, Self&&, context& ctx, Args&&...) {
    return frames_of(ctx).take(bytes);
  }
  static void* operator new(std::size_t bytes) { return frame_pool::take_from_heap(bytes); }
  static void operator delete(void* frame, std::size_t) noexcept { frame_pool::give_back(frame); }

  workflow<R> get_return_object() {
    return workflow<R>(std::coroutine_handle<workflow_promise>::from_promise(*this));
  }

  template <operation Operation>
  awaiter<Operation> await_transform(Operation&& wish,
                                     std::source_location at = std::source_location::current()) {
    return awaiter<Operation>(std::move(wish), *this, at);
  }
  template <operation Operation>
  refusal await_transform(Operation&) {
    static_assert(refused<Operation>,
                  "theus: an operation is awaited once; write co_await std::move(operation)");
    return {};
  }
  template <class T>
  awaiter<promise_operation<T>> await_transform(
      const theus::promise<T>& of, std::source_location at = std::source_location::current()) {
    return awaiter<promise_operation<T>>(of.result(), *this, at);
  }
  template <class Foreign>
    requires(!operation<std::remove_cvref_t<Foreign>> && !is_promise<std::remove_cvref_t<Foreign>>)
  refusal await_transform(Foreign&&) {
    static_assert(refused<Foreign>,
                  "theus: only theus operations and workflows can be awaited in a workflow; put "
                  "other IO into an activity");
    return {};
  }
  refusal await_transform(refusal what) { return what; }
  template <class T>
  refusal yield_value(T&&) {
    static_assert(refused<T>,
                  "theus: a workflow does not co_yield; send a signal or return a result");
    return {};
  }
};

// A workflow that is a lambda or a member function: its closure would not be there on replay.
template <class R, class Self>
class member_workflow_promise : public workflow_promise<R> {
 public:
  std::suspend_always initial_suspend() const noexcept {
    static_assert(std::is_empty_v<std::remove_cvref_t<Self>>,
                  "theus: a workflow cannot be a capturing lambda or a member of an object with "
                  "state; pass what it needs as arguments");
    return {};
  }
};

template <class R>
class inner_workflow_node final : public workflow_node {
 public:
  using result_type = R;
  static constexpr bool is_shield = false;

  explicit inner_workflow_node(workflow<R>&& callee)
      : inner_workflow_node(callee.release(), callee.is_shielded()) {}

  R take() {
    rethrow();
    return promise_.take();
  }

 private:
  inner_workflow_node(std::coroutine_handle<workflow_promise<R>> frame, bool shielded)
      : workflow_node(frame, frame.promise(), shielded), promise_(frame.promise()) {}

  workflow_promise<R>& promise_;
};

}  // namespace theus

// Chosen by the compiler for every coroutine that returns theus::workflow<R>.
template <class R, class... Args>
struct std::coroutine_traits<theus::workflow<R>, Args...> {
  static_assert(theus::refused<R, Args...>,
                "theus: a workflow's first parameter is theus::context&");
  using promise_type = theus::workflow_promise<R>;
};

template <class R, class... Args>
struct std::coroutine_traits<theus::workflow<R>, theus::context&, Args...> {
  static_assert((theus::workflow_parameter<Args>() && ...), "");
  using promise_type = theus::workflow_promise<R>;
};

template <class R, class Self, class... Args>
  requires std::is_reference_v<Self>
struct std::coroutine_traits<theus::workflow<R>, Self, theus::context&, Args...> {
  static_assert((theus::workflow_parameter<Args>() && ...), "");
  using promise_type = theus::member_workflow_promise<R, Self>;
};
