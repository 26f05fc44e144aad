#include "theus/runtime/wait_node.hpp"

#include <algorithm>

#include "theus/runtime/errors.hpp"
#include "theus/runtime/machine.hpp"

namespace theus {

void wait_node::start(wait_parent& parent, scope& in, std::source_location at) {
  parent_ = &parent;
  do_start(in, at);
}

void wait_node::cancel() {
  if (is_started() && !is_done()) do_cancel();
}

void wait_node::finish(bool failed) {
  done_ = true;
  failed_ = failed;
  parent_->child_done(*this);
}

void leaf::enter(scope& in, std::source_location at) {
  owner_ = &in.owner();
  awaited_at_ = at;
  id_.scope = in.path();
  id_.number = in.take_number();
  owner_->pending_.insert(*this);
  owner_->count_pending();
}

void leaf::leave() {
  by_id_hook::unlink();
  owner_->discount_pending();
}

void leaf::withdraw(journal::withdraw::target what, std::optional<journal::wall_time> deadline,
                    std::string workflow_id) {
  withdrawn_ = true;
  leave();
  owner_->issue(journal::withdraw{id_, what, deadline, std::move(workflow_id)}, nullptr, {});
  finish(true);
}

namespace {

journal::wall_time deadline_after(journal::wall_time from, std::chrono::microseconds delay) {
  delay = std::max(delay, std::chrono::microseconds(1));
  const auto room = journal::wall_time::max() - from;
  return from.time_since_epoch().count() > 0 && delay > room ? journal::wall_time::max()
                                                             : from + delay;
}

// So many milliseconds, as far as there are so many microseconds.
std::chrono::microseconds at_most(std::uint64_t milliseconds) {
  constexpr std::uint64_t most = 1ULL << 53;
  return std::chrono::milliseconds(std::min(milliseconds, most));
}

}  // namespace

activity_leaf::activity_leaf(journal::schedule_activity command, reencode_function reencode,
                             std::chrono::milliseconds close_after)
    : command_(std::move(command)), reencode_(reencode), close_after_(close_after) {}

void activity_leaf::do_start(scope& in, std::source_location at) {
  enter(in, at);
  command_.id = id();
  auto& limits = command_.timeouts;
  if (limits.schedule_to_start_ms != 0) {
    limits.start_by = deadline_after(owner().raw_now(), at_most(limits.schedule_to_start_ms));
  }
  if (close_after_.count() > 0) {
    limits.close_by =
        deadline_after(owner().raw_now(), at_most(std::uint64_t(close_after_.count())));
  }
  owner().issue(command_, reencode_, at);
}

void activity_leaf::do_cancel() { withdraw(kind(), progress_.scheduled_for); }

void activity_leaf::note(const journal::attempt_failed& failed) {
  progress_.attempt = failed.attempt + 1;
  progress_.scheduled_for = failed.next_attempt;
  progress_.last_failure = failed.failure;
  progress_.started = false;
}

void activity_leaf::note(const journal::attempt_started&) { progress_.started = true; }

void activity_leaf::deliver(const journal::activity_completed& completed) {
  leave();
  if (const auto* value = std::get_if<journal::payload>(&completed.outcome)) {
    finish(accept(*value));
  } else {
    finish(accept(std::get<journal::failure_info>(completed.outcome), completed.attempt));
  }
}

void timer_leaf::do_start(scope& in, std::source_location at) {
  enter(in, at);
  const auto* delay = std::get_if<std::chrono::microseconds>(&when_);
  deadline_ =
      delay ? deadline_after(owner().raw_now(), *delay) : std::get<journal::wall_time>(when_);
  owner().timers_.insert(*this);
  owner().issue(journal::start_timer{id(), deadline_}, nullptr, at);
}

void timer_leaf::fire() {
  leave();
  by_deadline_hook::unlink();
  finish(false);
}

void timer_leaf::do_cancel() {
  by_deadline_hook::unlink();
  withdraw(kind(), deadline_);
}

void timer_leaf::take() const {
  if (was_withdrawn()) throw cancelled();
}

void child_leaf::do_start(scope& in, std::source_location at) {
  enter(in, at);
  command_.id = id();
  owner().issue(command_, reencode_, at);
}

void child_leaf::do_cancel() { withdraw(kind(), std::nullopt, command_.workflow_id); }

void child_leaf::deliver(const journal::child_ended& ended) {
  leave();
  if (const auto* value = std::get_if<journal::payload>(&ended.outcome)) {
    finish(accept(*value));
  } else {
    finish(accept(child_failed(command_.workflow_type, ended)));
  }
}

void signal_leaf::do_start(scope& in, std::source_location at) {
  enter(in, at);
  taker_ = &in;
  owner().issue(journal::await_signal{id(), name_}, nullptr, at);
  auto& mailbox = owner().mailboxes_[name_];
  if (mailbox.unread.empty()) {
    mailbox.waiters.push_back(*this);
    return;
  }
  const auto oldest = std::move(mailbox.unread.front());
  mailbox.unread.pop_front();
  deliver(oldest.value, oldest.number);
}

void signal_leaf::deliver(const journal::payload& value, std::uint64_t number) {
  leave();
  taker_->took({&number, 1});
  by_signal_hook::unlink();
  finish(accept(value));
}

void signal_leaf::do_cancel() {
  by_signal_hook::unlink();
  withdraw(kind(), std::nullopt);
}

void start_leaf::do_start(scope& in, std::source_location at) {
  command_.id = {in.path(), in.take_number()};
  in.owner().issue(command_, reencode_, at);
  finish(false);
}

void send_leaf::do_start(scope& in, std::source_location at) {
  message_.id = {in.path(), in.take_number()};
  in.owner().issue(message_, reencode_, at);
  finish(false);
}

}  // namespace theus
