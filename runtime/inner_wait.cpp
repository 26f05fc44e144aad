#include "theus/runtime/inner_wait.hpp"

#include <stdexcept>

#include "theus/runtime/machine.hpp"

namespace theus {

std::string_view to_string(inner_wait::target what) {
  switch (what) {
    case inner_wait::target::task:
      return "a task";
    case inner_wait::target::condition:
      return "a condition";
    case inner_wait::target::semaphore:
      return "a semaphore";
    case inner_wait::target::mutex:
      return "a mutex";
    case inner_wait::target::sending:
      return "room in a channel";
    case inner_wait::target::receiving:
      return "a value from a channel";
    case inner_wait::target::promise:
      return "a promise";
  }
  return "something unknown";
}

bool inner_wait::is_inside(const scope& in, const branch& home) const {
  if (&in.context() == &home) return true;
  in.owner().note_bug(
      std::logic_error("theus: tasks, mutexes, semaphores, channels and promises do not "
                       "cross the border of a phase or a loop; this one waits for " +
                       std::string(to_string(kind())) + " of outside"));
  return false;
}

bool inner_wait::is_run_open() const { return waiter_->owner().is_open(); }

void inner_wait::enter(scope& in) {
  waiter_ = &in;
  in.owner().inner_waits_.push_back(*this);
  in.owner().count_pending();
}

void inner_wait::leave() {
  by_run_hook::unlink();
  waiter_->owner().discount_pending();
}

void inner_wait::withdraw() {
  withdrawn_ = true;
  leave();
  give_up();
  finish(true);
}

}  // namespace theus
