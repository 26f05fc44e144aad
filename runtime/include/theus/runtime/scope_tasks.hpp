#pragma once

#include <exception>
#include <vector>

#include <boost/intrusive/list.hpp>

namespace theus {

class promise_base;
class task_body;

// A place in the list of a scope.
class held_task : public boost::intrusive::list_base_hook<
                      boost::intrusive::link_mode<boost::intrusive::safe_link>> {};

// The tasks that one scope spawned. It does not end before they have: they are awaited when its
// function returns, and cancelled first when it throws.
class scope_tasks {
 public:
  scope_tasks() = default;
  ~scope_tasks();  // the frames of those that run are gone by then
  scope_tasks(const scope_tasks&) = delete;
  scope_tasks& operator=(const scope_tasks&) = delete;

  // Spawned. Shares it until it has ended, and until the scope ends if it failed.
  void hold(task_body& spawned);
  void ended(task_body& done);
  // In the order of their ids (semantics rule 26).
  void cancel();

  // The function of the scope has ended; `body` is queued again when the last task has.
  void join(promise_base& body);
  bool is_joined() const { return joining_ && running_.empty(); }
  // While the scope only waits for its tasks, a failure that nobody can take any more decides, as
  // in `all`: the others are cancelled.
  void look();
  // The failures that nobody took, in the order of failing.
  std::vector<std::exception_ptr> take_failures();

 private:
  using list = boost::intrusive::list<held_task, boost::intrusive::constant_time_size<false>>;

  static void release(list& from, task_body& held);

  list running_;  // by number
  list failed_;
  promise_base* joining_ = nullptr;
  bool decided_ = false;
};

}  // namespace theus
