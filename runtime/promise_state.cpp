#include "theus/runtime/promise_state.hpp"

#include <exception>

#include "theus/runtime/machine.hpp"
#include "theus/runtime/promise_token.hpp"

namespace theus {

void promise_wait::do_start(scope& in, std::source_location) {
  if (!is_inside(in, *from_->home_)) return;
  enter(in);
  if (from_->how_) {
    settle(*from_->how_);
  } else {
    from_->waits_.push_back(*this);
  }
}

void promise_wait::settle(const settlement& how) {
  by_promise_hook::unlink();
  leave();
  finish(std::visit([this](const auto& what) { return accept(what); }, how));
}

promise_state::promise_state(scope& in, reencode_function reencode, like_function like,
                             std::source_location at)
    : home_(&in.context()), reencode_(reencode), like_(like) {
  enter(in, at);
  token_ = promise_token{owner().run(), id()}.to_string();
  owner().issue(journal::create_promise{id()}, nullptr, at);
}

void promise_state::deliver(const journal::promise_settled& settled) {
  leave();
  how_ = settled.outcome;
  // One that goes on may make others give up, but nobody runs before all of them are told.
  while (!waits_.empty()) waits_.front().settle(*how_);
}

std::optional<std::string> promise_state::complaint(const journal::payload& value) const try {
  if (reencode_) (void)reencode_(value);
  return std::nullopt;
} catch (const std::exception& e) {
  return e.what();
}

// Frames that are being destroyed withdraw nothing: the run is replayed to where it was (rule 16).
void promise_state::abandon() {
  if (!how_ && owner().is_open()) {
    leave();
    owner().issue(journal::withdraw{id(), kind(), std::nullopt, {}}, nullptr, {});
  }
  delete this;
}

}  // namespace theus
