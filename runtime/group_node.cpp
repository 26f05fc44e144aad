#include "theus/runtime/group_node.hpp"

namespace theus {

void group_node::do_start(scope& in, std::source_location at) {
  starting_ = true;
  for (std::size_t i = 0; i < child_count() && !deciding_; ++i) {
    ++running_;
    child(i).start(*this, in, at);
  }
  starting_ = false;
  settle();
}

void group_node::do_cancel() {
  for (std::size_t i = 0; i < child_count(); ++i) child(i).cancel();
}

void group_node::child_done(wait_node& child) {
  --running_;
  if (!deciding_ && (how_ == decision::any || child.is_failed())) {
    deciding_ = &child;
    do_cancel();
  }
  settle();
}

void group_node::settle() {
  if (!starting_ && running_ == 0 && !is_done()) finish(deciding_ && deciding_->is_failed());
}

}  // namespace theus
