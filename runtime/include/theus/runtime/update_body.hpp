#pragma once

#include <string>
#include <utility>

#include "theus/runtime/task_body.hpp"

namespace theus {

class machine;

// The handler of an update: a task of the run's root scope, which therefore does not end before it.
// What it comes to is the update's, whether it answers or fails, and never the run's.
class update_body : public task_body {
 protected:
  update_body(machine& owner, std::string update_id, std::coroutine_handle<> frame,
              promise_base& promise)
      : task_body(frame, promise, false), owner_(owner), update_id_(std::move(update_id)) {
    disown_failure();
  }

 private:
  virtual journal::payload encode_result() = 0;  // after a normal end; may throw
  virtual reencode_function reencode_result() const = 0;

  void keep_result() final;
  void keep_failure() final;

  machine& owner_;
  std::string update_id_;
};

}  // namespace theus
