#include "theus/runtime/promise.hpp"

#include "theus/runtime/machine.hpp"

namespace theus {

void promise_base::open_root(machine& owner, std::coroutine_handle<> frame) {
  frame_ = frame;
  scope_.emplace(owner, *this);
}

void promise_base::open_inner(body_owner& awaited_by, scope& parent, std::uint32_t number,
                              std::coroutine_handle<> frame, bool shielded) {
  frame_ = frame;
  awaited_by_ = &awaited_by;
  scope_.emplace(parent, number, *this, shielded);
}

void promise_base::open_bordered(body_owner& awaited_by, scope& parent, std::string path,
                                 std::coroutine_handle<> frame, branch& own, bool shielded) {
  frame_ = frame;
  awaited_by_ = &awaited_by;
  scope_.emplace(parent, std::move(path), *this, own, shielded);
}

void workflow_node::do_start(scope& in, std::source_location) {
  machine& owner = in.owner();
  const auto number = in.take_number();
  if (in.depth() + 1 >= owner.bounds().nesting) {
    owner.break_limit("nesting of workflows", owner.bounds().nesting);
    return;
  }
  promise_->open_inner(*this, in, number, frame_, shielded_);
  owner.enqueue(*promise_);
}

void workflow_node::do_cancel() {
  if (!shielded_) promise_->lane().cancel();
}

void workflow_node::body_done() {
  promise_->close();
  finish(promise_->error() != nullptr);
}

void workflow_node::destroy_frame() {
  if (frame_) std::exchange(frame_, nullptr).destroy();
}

void workflow_node::rethrow() const {
  if (promise_->error()) std::rethrow_exception(promise_->error());
}

}  // namespace theus
