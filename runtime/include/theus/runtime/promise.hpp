#pragma once

#include <coroutine>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>

#include <boost/intrusive/slist.hpp>

#include "theus/runtime/wait_node.hpp"

namespace theus {

class branch;
class update_type;

// Who awaits a coroutine of the same run, and owns its frame.
class body_owner {
 public:
  // The machine's call when the coroutine has run to its end.
  virtual void body_done() = 0;
  // Destroys the frame, whose own inner frames are gone already (see machine's destructor).
  virtual void destroy_frame() = 0;

 protected:
  ~body_owner() = default;
};

// The part of a workflow coroutine's promise that the machine drives. Coroutines are resumed only
// from the machine's loop, never from each other, so the stack stays flat however long they chain.
class promise_base : public boost::intrusive::slist_base_hook<
                         boost::intrusive::link_mode<boost::intrusive::normal_link>> {
 public:
  promise_base() = default;
  promise_base(const promise_base&) = delete;
  promise_base& operator=(const promise_base&) = delete;

  std::suspend_always initial_suspend() const noexcept { return {}; }
  std::suspend_always final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { error_ = std::current_exception(); }

  // Set once by whoever starts the coroutine.
  void open_root(machine& owner, std::coroutine_handle<> frame);
  void open_inner(body_owner& awaited_by, scope& parent, std::uint32_t number,
                  std::coroutine_handle<> frame, bool shielded);
  // With a branch of the Context for itself.
  void open_bordered(body_owner& awaited_by, scope& parent, std::string path,
                     std::coroutine_handle<> frame, branch& own, bool shielded);

  scope& lane() { return *scope_; }
  bool is_open() const { return scope_.has_value(); }
  // The coroutine has ended: its scope is no longer part of the run's state.
  void close() { scope_.reset(); }
  std::coroutine_handle<> frame() const { return frame_; }
  const std::exception_ptr& error() const { return error_; }
  // A task's failure, once the coroutine itself has ended well.
  void fail(std::exception_ptr error) { error_ = std::move(error); }
  // Null for the root.
  body_owner* awaited_by() const { return awaited_by_; }

  wait_node* awaiting() const { return awaiting_; }
  void set_awaiting(wait_node* what) { awaiting_ = what; }
  // Line 0: it has not awaited yet.
  std::source_location awaited_at() const { return awaited_at_; }
  void note_await(std::source_location at) { awaited_at_ = at; }

 private:
  std::optional<scope> scope_;
  std::coroutine_handle<> frame_;
  std::exception_ptr error_;
  body_owner* awaited_by_ = nullptr;
  wait_node* awaiting_ = nullptr;
  std::source_location awaited_at_;
};

// Awaits another workflow coroutine, which works on the same Context.
class workflow_node : public wait_node, public body_owner {
 protected:
  workflow_node(std::coroutine_handle<> frame, promise_base& promise, bool shielded)
      : frame_(frame), promise_(&promise), shielded_(shielded) {}
  ~workflow_node() { destroy_frame(); }

  // Throws what left the coroutine, if anything.
  void rethrow() const;

 private:
  void do_start(scope& in, std::source_location at) final;
  void do_cancel() final;
  void body_done() final;
  void destroy_frame() final;

  std::coroutine_handle<> frame_;
  promise_base* promise_;
  bool shielded_;
};

// The root coroutine of a run, with its context and arguments; made by a workflow_type.
class run_body {
 public:
  virtual ~run_body() = default;
  virtual promise_base& promise() = 0;
  virtual std::coroutine_handle<> frame() = 0;
  virtual void destroy_frame() = 0;
  virtual journal::payload encode_result() = 0;  // after a normal end; may throw
  virtual reencode_function reencode_result() const = 0;
};

// By name.
using update_types = std::map<std::string, std::shared_ptr<const update_type>, std::less<>>;

// A workflow function bound to a name. Immutable; used from any thread.
class workflow_type {
 public:
  virtual ~workflow_type() = default;
  virtual const std::string& name() const = 0;
  // Throws when `arguments` do not decode to the function's parameters.
  virtual std::unique_ptr<run_body> instantiate(machine& owner,
                                                const journal::payload& arguments) const = 0;
  // Says what is wrong with `arguments`, without running anything.
  virtual std::optional<std::string> check_arguments(const journal::payload& arguments) const = 0;

  // What its runs do when they are updated.
  const update_types& updates() const { return updates_; }
  const update_type* find_update(std::string_view name) const;
  // The same workflow with one more. Absent: that name is taken.
  std::shared_ptr<const workflow_type> with(std::shared_ptr<const update_type> update) const;

 protected:
  workflow_type() = default;
  workflow_type(const workflow_type&) = default;

 private:
  virtual std::shared_ptr<workflow_type> copy() const = 0;

  update_types updates_;
};

}  // namespace theus
