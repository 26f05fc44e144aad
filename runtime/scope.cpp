#include "theus/runtime/scope.hpp"

#include "theus/runtime/machine.hpp"

namespace theus {

scope::scope(machine& owner, promise_base& body)
    : owner_(owner), body_(body), context_(owner.context()) {
  owner_.open_scopes().push_back(*this);
}

scope::scope(scope& parent, std::uint32_t number, promise_base& body, bool shielded)
    : owner_(parent.owner_),
      parent_(&parent),
      body_(body),
      context_(parent.context_),
      path_(parent.path_.empty() ? std::to_string(number)
                                 : parent.path_ + "/" + std::to_string(number)),
      depth_(parent.depth_ + 1),
      cancelled_(parent.cancelled_ && !shielded) {
  owner_.open_scopes().push_back(*this);
}

scope::scope(scope& parent, std::string path, promise_base& body, branch& own, bool shielded)
    : owner_(parent.owner_),
      parent_(&parent),
      body_(body),
      context_(own),
      path_(std::move(path)),
      depth_(parent.depth_ + 1),
      cancelled_(parent.cancelled_ && !shielded) {
  owner_.open_scopes().push_back(*this);
}

void scope::took(std::span<const std::uint64_t> signals) {
  if (&context_ == &owner_.context()) return;  // the run's own end is the end of all
  context_.consumed().insert(context_.consumed().end(), signals.begin(), signals.end());
}

random_stream& scope::random() {
  if (!random_) random_.emplace(owner_.seed(), path_);
  return *random_;
}

void scope::cancel() {
  if (cancelled_) return;
  cancelled_ = true;
  // Tasks were spawned before what is awaited now was numbered.
  tasks_.cancel();
  if (wait_node* awaited = body_.awaiting()) awaited->cancel();
}

}  // namespace theus
