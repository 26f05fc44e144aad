#include "theus/runtime/scope_tasks.hpp"

#include <algorithm>

#include "theus/runtime/errors.hpp"
#include "theus/runtime/machine.hpp"
#include "theus/runtime/task_body.hpp"

namespace theus {
namespace {

task_body& task_of(held_task& held) { return static_cast<task_body&>(held); }

// What a cancelled task ends with when all goes well.
bool is_cancelled(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const cancelled&) {
    return true;
  } catch (...) {
    return false;
  }
}

}  // namespace

scope_tasks::~scope_tasks() {
  while (!running_.empty()) release(running_, task_of(running_.front()));
  while (!failed_.empty()) release(failed_, task_of(failed_.front()));
}

void scope_tasks::hold(task_body& spawned) {
  intrusive_ptr_add_ref(&spawned);
  running_.push_back(spawned);
}

void scope_tasks::release(list& from, task_body& held) {
  from.erase(list::s_iterator_to(held));
  held.leave_scope();
  intrusive_ptr_release(&held);
}

void scope_tasks::ended(task_body& done) {
  const bool failed = done.error() && !(done.was_cancelled() && is_cancelled(done.error()));
  if (failed && !done.is_taken()) {
    failed_.splice(failed_.end(), running_, list::s_iterator_to(done));
    look();
  } else {
    release(running_, done);
  }
  if (is_joined()) joining_->lane().owner().enqueue(*joining_);
}

void scope_tasks::cancel() {
  for (held_task& each : running_) task_of(each).cancel();
}

void scope_tasks::join(promise_base& body) {
  joining_ = &body;
  if (body.error()) {
    decided_ = true;
    cancel();
  } else {
    look();
  }
}

void scope_tasks::look() {
  if (!joining_ || decided_) return;
  decided_ = std::ranges::any_of(failed_, [](held_task& each) {
    return !task_of(each).is_taken() && !task_of(each).has_handle();
  });
  if (decided_) cancel();
}

std::vector<std::exception_ptr> scope_tasks::take_failures() {
  std::vector<std::exception_ptr> failures;
  while (!failed_.empty()) {
    task_body& first = task_of(failed_.front());
    if (!first.is_taken()) failures.push_back(first.error());
    release(failed_, first);
  }
  return failures;
}

}  // namespace theus
