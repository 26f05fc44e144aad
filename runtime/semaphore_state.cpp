#include "theus/runtime/semaphore_state.hpp"

#include <stdexcept>

#include "theus/runtime/errors.hpp"
#include "theus/runtime/machine.hpp"

namespace theus {

void permit::release() {
  if (const auto from = std::exchange(from_, nullptr)) from->give_back(std::exchange(count_, 0));
}

inner_wait::target semaphore_wait::kind() const { return from_->what_; }

void semaphore_wait::do_start(scope& in, std::source_location) {
  if (!from_->home_) from_->home_ = &in.context();
  if (!is_inside(in, *from_->home_)) return;
  if (count_ > from_->permits_) {
    return in.owner().note_bug(std::logic_error("theus: " + std::to_string(count_) +
                                                " permits are awaited of a semaphore that has " +
                                                std::to_string(from_->permits_)));
  }
  enter(in);
  from_->waits_.push_back(*this);
  from_->serve();
}

void semaphore_wait::give_up() {
  by_semaphore_hook::unlink();
  from_->serve();  // those behind it may want less
}

permit semaphore_wait::take() {
  if (was_withdrawn()) throw cancelled();
  return std::move(held_);
}

void semaphore_state::give_back(std::size_t count) {
  available_ += count;
  serve();
}

void semaphore_state::serve() {
  // Frames that are being destroyed give back what they hold: nobody goes on by that (rule 16).
  while (!waits_.empty() && waits_.front().is_run_open() && waits_.front().count_ <= available_) {
    semaphore_wait& first = waits_.front();
    available_ -= first.count_;
    first.held_ = permit(first.from_, first.count_);
    first.by_semaphore_hook::unlink();
    first.leave();
    first.finish(false);
  }
}

}  // namespace theus
