#pragma once

#include <coroutine>
#include <cstdint>
#include <exception>

#include <boost/intrusive/list.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include "theus/runtime/inner_wait.hpp"
#include "theus/runtime/promise.hpp"
#include "theus/runtime/scope_tasks.hpp"

namespace theus {

using by_task_hook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<struct by_task>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// Awaits the end of a task, to take what it came to or only to know.
class task_wait : public inner_wait, public by_task_hook {
 public:
  target kind() const final { return target::task; }

 protected:
  task_wait() = default;
  ~task_wait() = default;

 private:
  friend class task_body;

  virtual class task_body* body() const = 0;  // null: a handle that was moved from
  virtual bool takes() const = 0;

  void do_start(scope& in, std::source_location at) final;
  void do_cancel() final;
  void give_up() final { by_task_hook::unlink(); }
};

// A workflow that runs beside the scope that spawned it. The scope holds it until it has ended and
// its failure was taken; handles and waits share it, so it is there for as long as one of them is.
// Its frame goes as soon as it has ended.
class task_body : public body_owner, public held_task {
 public:
  task_body(const task_body&) = delete;
  task_body& operator=(const task_body&) = delete;

  // Takes its number in `in`, and is queued behind all that can run.
  void start(scope& in);
  // Marks its scope; nothing happens to one that has ended.
  void cancel();
  bool is_done() const { return done_; }
  bool was_cancelled() const { return cancelled_; }
  const std::exception_ptr& error() const { return error_; }
  // Awaited by its handle: what it came to is somebody's.
  bool is_taken() const { return taken_; }
  // Somebody may still await it.
  bool has_handle() const { return has_handle_; }
  void drop_handle();
  // The scope holds it no more.
  void leave_scope() { spawner_ = nullptr; }

  friend void intrusive_ptr_add_ref(task_body* t) { ++t->uses_; }
  friend void intrusive_ptr_release(task_body* t) {
    if (--t->uses_ == 0) delete t;
  }

 protected:
  task_body(std::coroutine_handle<> frame, promise_base& promise, bool shielded)
      : frame_(frame), promise_(&promise), shielded_(shielded) {}
  virtual ~task_body() { destroy_frame(); }

  // Throws what left the coroutine, if anything.
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }
  // There is no handle, and a failure is not that of the scope.
  void disown_failure() {
    taken_ = true;
    has_handle_ = false;
  }

 private:
  friend class task_wait;

  // The result out of the promise, before the frame goes. The typed end in the SDK.
  virtual void keep_result() = 0;
  // It failed instead.
  virtual void keep_failure() {}

  void body_done() final;
  void destroy_frame() final;

  std::coroutine_handle<> frame_;
  promise_base* promise_;
  scope* spawner_ = nullptr;  // null: it holds this no more
  const branch* home_ = nullptr;
  boost::intrusive::list<task_wait, boost::intrusive::base_hook<by_task_hook>,
                         boost::intrusive::constant_time_size<false>>
      waits_;
  std::exception_ptr error_;
  std::uint32_t uses_ = 0;
  bool shielded_;
  bool done_ = false;
  bool cancelled_ = false;
  bool taken_ = false;
  bool has_handle_ = true;
};

// What may be moved: there is one for each task. Dropping it detaches nothing.
class task_handle {
 public:
  task_handle() = default;
  explicit task_handle(task_body& spawned) : body_(&spawned) {}
  task_handle(task_handle&&) noexcept = default;
  task_handle& operator=(task_handle&& other) noexcept {
    std::swap(body_, other.body_);
    return *this;
  }
  ~task_handle() {
    if (body_) body_->drop_handle();
  }

  task_body* get() const { return body_.get(); }
  explicit operator bool() const { return body_ != nullptr; }

 private:
  boost::intrusive_ptr<task_body> body_;
};

}  // namespace theus
