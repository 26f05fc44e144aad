#include "theus/runtime/task_body.hpp"

#include <stdexcept>

#include "theus/runtime/machine.hpp"

namespace theus {

void task_wait::do_start(scope& in, std::source_location) {
  task_body* const awaited = body();
  if (!awaited) {
    return in.owner().note_bug(
        std::logic_error("theus: this task was awaited before, or moved to another handle"));
  }
  if (!is_inside(in, *awaited->home_)) return;
  if (takes()) awaited->taken_ = true;
  if (awaited->is_done()) return finish(takes() && awaited->error());
  enter(in);
  awaited->waits_.push_back(*this);
}

// Who awaits a task by its handle gives up the task, as with a workflow; who only looks does not.
void task_wait::do_cancel() {
  if (takes()) {
    body()->cancel();
  } else {
    withdraw();
  }
}

void task_body::start(scope& in) {
  machine& owner = in.owner();
  spawner_ = &in;
  home_ = &in.context();
  in.tasks().hold(*this);
  owner.count_pending();
  const auto number = in.take_number();
  if (in.depth() + 1 >= owner.bounds().nesting) {
    return owner.break_limit("nesting of workflows", owner.bounds().nesting);
  }
  promise_->open_inner(*this, in, number, frame_, shielded_);
  owner.enqueue(*promise_);
}

void task_body::cancel() {
  if (!done_ && !shielded_ && promise_ && promise_->is_open()) promise_->lane().cancel();
}

void task_body::body_done() {
  const boost::intrusive_ptr<task_body> stay(this);
  done_ = true;
  spawner_->owner().discount_pending();
  cancelled_ = promise_->lane().is_cancelled();
  error_ = promise_->error();
  try {
    if (error_) {
      keep_failure();
    } else {
      keep_result();
    }
  } catch (...) {
    error_ = std::current_exception();
  }
  promise_->close();
  destroy_frame();
  while (!waits_.empty()) {
    task_wait& first = waits_.front();
    first.by_task_hook::unlink();
    first.leave();
    first.finish(first.takes() && error_);
  }
  spawner_->tasks().ended(*this);
}

void task_body::destroy_frame() {
  promise_ = nullptr;
  if (frame_) std::exchange(frame_, nullptr).destroy();
}

void task_body::drop_handle() {
  has_handle_ = false;
  if (spawner_ && spawner_->owner().is_open()) spawner_->tasks().look();
}

}  // namespace theus
