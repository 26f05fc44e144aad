#include "theus/runtime/scope.hpp"

#include "theus/runtime/machine.hpp"

namespace theus {

scope::scope(machine& owner, promise_base& body) : owner_(owner), body_(body) {
  owner_.open_scopes().push_back(*this);
}

scope::scope(scope& parent, std::uint32_t number, promise_base& body, bool shielded)
    : owner_(parent.owner_),
      body_(body),
      path_(parent.path_.empty() ? std::to_string(number)
                                 : parent.path_ + "/" + std::to_string(number)),
      depth_(parent.depth_ + 1),
      cancelled_(parent.cancelled_ && !shielded) {
  owner_.open_scopes().push_back(*this);
}

random_stream& scope::random() {
  if (!random_) random_.emplace(owner_.seed(), path_);
  return *random_;
}

void scope::cancel() {
  if (cancelled_) return;
  cancelled_ = true;
  if (wait_node* awaited = body_.awaiting()) awaited->cancel();
}

}  // namespace theus
