#pragma once

#include <coroutine>
#include <optional>
#include <utility>

#include "theus/runtime/task_body.hpp"
#include "theus/workflow.hpp"

namespace theus {

template <class R>
class started_task final : public task_body {
 public:
  started_task(std::coroutine_handle<workflow_promise<R>> frame, bool shielded)
      : task_body(frame, frame.promise(), shielded), promise_(frame.promise()) {}

  R take() {
    rethrow();
    if constexpr (!std::is_void_v<R>) return std::move(*value_);
  }

 private:
  void keep_result() override {
    if constexpr (!std::is_void_v<R>) value_.emplace(promise_.take());
  }

  workflow_promise<R>& promise_;  // until it has ended
  std::optional<value_of<R>> value_;
};

template <class R>
class task;
class joining_operation;

template <class R>
class task_node final : public task_wait {
 public:
  using result_type = R;
  static constexpr bool is_shield = false;

  explicit task_node(task<R>&& awaited) : handle_(std::move(awaited.handle_)) {}

  R take() { return static_cast<started_task<R>*>(handle_.get())->take(); }

 private:
  task_body* body() const override { return handle_.get(); }
  bool takes() const override { return true; }

  task_handle handle_;
};

// The end of a task, whatever it came to.
class joining_node final : public task_wait {
 public:
  using result_type = void;
  static constexpr bool is_shield = false;

  explicit joining_node(joining_operation&& wish);

  void take() const {
    if (was_withdrawn()) throw cancelled();
  }

 private:
  task_body* body() const override { return body_.get(); }
  bool takes() const override { return false; }

  boost::intrusive_ptr<task_body> body_;
};

class [[nodiscard("theus: an operation does nothing until it is awaited")]] joining_operation
    : public operation_base<joining_operation> {
 public:
  using result_type = void;
  using node_type = joining_node;

  explicit joining_operation(task_body* awaited) : body_(awaited) {}

 private:
  friend class joining_node;
  boost::intrusive_ptr<task_body> body_;
};

inline joining_node::joining_node(joining_operation&& wish) : body_(std::move(wish.body_)) {}

// The handle of a workflow that runs beside the scope that spawned it: see ctx.spawn(). Itself an
// operation: `co_await std::move(t)` gives the result, or throws what the task threw; as a part of
// any(), all() or .within() it is given up as a workflow would be, that is cancelled and waited
// for. Dropping it changes nothing but that nobody takes the result. Awaited once: again is a bug.
// Of one run and one side of a phase's border; lifetime: may be longer than the task's.
template <class R>
class task : public operation_base<task<R>> {
 public:
  using result_type = R;
  using node_type = task_node<R>;
  using bound_to_run = void;

  task() = default;  // of nothing
  explicit task(started_task<R>& spawned) : handle_(spawned) {}

  // Waits until it has ended, without taking what it came to; to give up waiting leaves it as it
  // is: `bool in_time = co_await t.join().within(1h);`
  [[nodiscard("theus: an operation does nothing until it is awaited")]] joining_operation join()
      const {
    return joining_operation(handle_.get());
  }
  // Marks its scope as cancelled: what it awaits throws `cancelled`. Does not wait. One that has
  // not begun to run does so, until its first await. That it then ends with `cancelled` is no
  // failure.
  void cancel() {
    if (handle_) handle_.get()->cancel();
  }
  bool is_done() const { return handle_ && handle_.get()->is_done(); }

 private:
  friend class task_node<R>;
  task_handle handle_;
};

// For ctx.spawn(). `in` is null while a run's frames are destroyed: then nothing is begun.
template <class R>
task<R> spawn_in(scope* in, workflow<R>&& body) {
  if (!in) return {};
  const bool shielded = body.is_shielded();
  auto* const begun = new started_task<R>(body.release(), shielded);
  task<R> handle(*begun);
  begun->start(*in);
  return handle;
}

}  // namespace theus
