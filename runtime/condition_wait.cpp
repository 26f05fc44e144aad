#include "theus/runtime/condition_wait.hpp"

#include "theus/runtime/errors.hpp"
#include "theus/runtime/machine.hpp"

namespace theus {

// Not asked yet, so that what was found is still so when the coroutine goes on.
void condition_wait::do_start(scope& in, std::source_location) {
  enter(in);
  in.owner().await_condition(*this);
}

bool condition_wait::ask() {
  try {
    return holds();
  } catch (...) {
    error_ = std::current_exception();
    return true;
  }
}

void condition_wait::wake() {
  by_condition_hook::unlink();
  leave();
  finish(error_ != nullptr);
}

void condition_wait::take() const {
  if (was_withdrawn()) throw cancelled();
  if (error_) std::rethrow_exception(error_);
}

}  // namespace theus
