#include "theus/runtime/reentry_node.hpp"

#include <algorithm>

#include "theus/runtime/describe.hpp"
#include "theus/runtime/errors.hpp"
#include "theus/runtime/finished_scopes.hpp"
#include "theus/runtime/machine.hpp"

namespace theus {
namespace {

// What crosses a border; throws on what may not (rule 12).
journal::scope_failure failure_of(const std::exception_ptr& error) {
  using kind = journal::scope_failure::kind;
  try {
    std::rethrow_exception(error);
  } catch (const cancelled& e) {
    return {kind::cancelled, {"cancelled", e.what(), {}}, {}, 0};
  } catch (const activity_failed& e) {
    return {kind::activity_failed, e.cause(), e.activity(), e.attempt()};
  } catch (const context_conflict& e) {
    return {kind::failure, e.info(), {}, 0};
  } catch (const child_failed& e) {
    return {kind::failure, e.info(), {}, 0};
  } catch (const failure& e) {
    return {kind::failure, {e.type(), e.what(), {}}, {}, 0};
  }
}

std::exception_ptr exception_of(const journal::scope_failure& f) {
  switch (f.what) {
    case journal::scope_failure::kind::cancelled:
      return std::make_exception_ptr(cancelled());
    case journal::scope_failure::kind::activity_failed:
      return std::make_exception_ptr(activity_failed(f.activity, f.attempt, f.info));
    case journal::scope_failure::kind::failure:
      break;
  }
  if (f.info.type == context_conflict::type_name) {
    return std::make_exception_ptr(context_conflict(f.info));
  }
  if (child_failed::is(f.info)) return std::make_exception_ptr(child_failed(f.info));
  return std::make_exception_ptr(failure(f.info.type, f.info.message));
}

}  // namespace

void reentry_node::do_start(scope& in, std::source_location at) {
  machine& owner = in.owner();
  outer_ = &in;
  at_ = at;
  command_.id = {in.path(), in.take_number()};
  if (in.depth() + 1 >= owner.bounds().nesting) {
    owner.break_limit("nesting of workflows", owner.bounds().nesting);
    return;
  }
  owner.issue(command_, reencode_, at);
  owner.enter(*this);
  begin(command_.what == journal::open_scope::kind::loop ? 1 : 0, command_.arguments);
}

void reentry_node::begin(std::uint32_t iteration, const journal::payload& arguments) {
  machine& owner = outer_->owner();
  iteration_ = iteration;
  branch_.reset();
  if (owner.is_over(command_.id, iteration)) return;
  try {
    body_ = make_body(arguments);
  } catch (const std::exception& e) {
    return owner.note_bug(e);
  } catch (...) {
    return owner.note_unknown_bug();
  }
  std::string path = scope_path(command_.id);
  if (iteration != 0) path += "/" + std::to_string(iteration);
  branch_.emplace(outer_->context(), path, bounds_);
  body_.promise->open_bordered(*this, *outer_, std::move(path), body_.frame, *branch_, shielded_);
  owner.enqueue(*body_.promise);
}

void reentry_node::do_cancel() {
  if (shielded_) return;
  cancelled_ = true;
  if (body_.promise && branch_) body_.promise->lane().cancel();
}

void reentry_node::body_done() { outer_->owner().close_when_quiet(*this); }

void reentry_node::destroy_frame() {
  body_.promise = nullptr;
  if (body_.frame) std::exchange(body_.frame, nullptr).destroy();
}

void reentry_node::close() {
  machine& owner = outer_->owner();
  journal::close_scope closed;
  closed.id = command_.id;
  closed.iteration = iteration_;
  owner.locate(closed);
  try {
    if (body_.promise->error()) {
      closed.outcome = failure_of(body_.promise->error());
    } else {
      std::visit([&](auto&& how) { closed.outcome = std::move(how); }, encode_ending());
      merge_into_outer(closed);
    }
  } catch (const std::exception& e) {
    return owner.note_bug(e);
  } catch (...) {
    return owner.note_unknown_bug();
  }
  closed.root = outer_->context().root();
  closed.consumed = std::move(branch_->consumed());
  std::ranges::sort(closed.consumed);
  outer_->took(closed.consumed);
  owner.forget_writes(branch_->scope());
  body_.promise->close();
  destroy_frame();
  owner.issue(closed, nullptr, at_);
  settle(closed);
}

// False, and the outcome is the conflict, where it cannot be merged.
bool reentry_node::merge_into_outer(journal::close_scope& closed) {
  auto merged = outer_->context().merge(*branch_);
  if (!merged.conflicts.empty()) {
    const context_conflict conflict(command_.name, merged.conflicts);
    closed.outcome =
        journal::scope_failure{journal::scope_failure::kind::failure, conflict.info(), {}, 0};
    return false;
  }
  outer_->context().set(std::move(merged.tree));
  closed.changes = std::move(merged.changes);
  return true;
}

result<void> reentry_node::take_record(const journal::close_scope& closed, const value* context) {
  branch& around = outer_->context();
  if (context) {
    around.set(*context);
  } else if (auto applied = around.apply(closed.changes); !applied) {
    return error{errc::mismatch, applied.error().message};
  }
  if (const auto root = around.root(); root != closed.root) {
    return error{errc::mismatch,
                 "its root is " + root.to_string() + ", recorded was " + closed.root.to_string()};
  }
  outer_->took(closed.consumed);
  iteration_ = closed.iteration;
  settle(closed);
  return {};
}

void reentry_node::settle(const journal::close_scope& closed) {
  if (const auto* again = std::get_if<journal::close_scope::again>(&closed.outcome)) {
    if (!cancelled_) return begin(closed.iteration + 1, again->state);
    error_ = std::make_exception_ptr(cancelled());
    return end(true);
  }
  if (const auto* failed = std::get_if<journal::scope_failure>(&closed.outcome)) {
    error_ = exception_of(*failed);
    return end(true);
  }
  end(accept(std::get<journal::close_scope::completed>(closed.outcome).result));
}

void reentry_node::end(bool failed) {
  by_place_hook::unlink();
  branch_.reset();
  finish(failed);
}

}  // namespace theus
