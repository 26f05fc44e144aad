#include "theus/runtime/machine.hpp"

#include <algorithm>
#include <tuple>
#include <typeinfo>

#include <boost/core/demangle.hpp>

#include "theus/journal/codec.hpp"
#include "theus/runtime/errors.hpp"
#include "theus/runtime/promise_state.hpp"
#include "theus/runtime/turn_guard.hpp"

namespace theus {
bool machine::earlier::operator()(const timer_leaf& a, const timer_leaf& b) const {
  if (a.deadline() != b.deadline()) return a.deadline() < b.deadline();
  return a.id() < b.id();
}

bool machine::by_sender::operator()(const journal::message_id& a,
                                    const journal::message_id& b) const {
  if (a.sender != b.sender) return a.sender < b.sender;
  return a.command < b.command;
}

machine::machine(const workflow_type& type, const machine_limits& bounds, journal::run_id run)
    : type_(type), bounds_(bounds), run_(run) {}

machine::~machine() {
  closing_ = true;
  ready_.clear();
  closing_reentries_.clear();
  // Scopes are listed in the order of opening, so a frame is destroyed before the one awaiting it:
  // no recursion, however deep workflows await each other.
  while (!scopes_.empty()) {
    promise_base& innermost = scopes_.back().body();
    if (body_owner* awaited_by = innermost.awaited_by()) {
      awaited_by->destroy_frame();
    } else {
      body_->destroy_frame();
    }
  }
}

step_result machine::step(std::span<const event_batch> intakes, const event_batch& own,
                          const recorded_turn* recorded) {
  draft_ = {};
  written_.clear();
  recorded_ = recorded;
  records_ = recorded ? recorded->closes : std::span<const recorded_close>();
  moment_ = 0;
  guarded_step watched(bounds_.guard, *this);
  for (const auto& batch : intakes) apply(batch, false);
  ++moment_;
  apply(own, true);
  is_shortened_ = false;
  recorded_ = nullptr;
  if (watched.end()) [[unlikely]]
    take_findings(watched.take_findings());
  if (bug_) return *bug_;
  if (!drift_ && !records_.empty() && !finished_) {
    drift_ = {records_.front().closed->id, "nothing that it could be the end of is open"};
  }
  if (drift_) return *drift_;
  return std::exchange(draft_, {});
}

void machine::take_findings(guard_findings found) {
  for (auto& line : found.noted) log(std::move(line));
  if (!found.forbidden) return;
  bug_.reset();  // which may have come of it
  note_bug(std::move(found.forbidden->name), std::move(found.forbidden->report));
  bug_->is_forbidden_call = true;
}

void machine::apply(const event_batch& batch, bool listed) {
  raw_time_ = batch.raw_time;
  time_ = batch.time;
  is_shortened_ = batch.is_shortened;
  signal_numbers_ = batch.signal_numbers;
  for (const auto& e : batch.events) {
    if (stops()) return;
    // Timers come before every event of an intake, also of one that changes nothing: on replay
    // that may be because what it was for is not run.
    if (listed && !accepts(e)) continue;
    if (!listed) ++moment_;
    fire_due_before(e);
    if (!listed) {
      ++moment_;
      remember(e);
    }
    if (stops() || !accepts(e)) continue;
    if (listed) list_event(e);
    dispatch(e);
  }
  take_due_records();
}

void machine::fire_due_before(const journal::event& e) {
  const auto* fired = std::get_if<journal::timer_fired>(&e);
  while (true) {
    take_due_records();
    // A shortened history says itself when they fired.
    if (stops() || timers_.empty() || is_shortened_) return;
    timer_leaf& first = *timers_.begin();
    if (first.deadline() > raw_time_ || (fired && fired->command == first.id())) return;
    const journal::event due = journal::timer_fired{first.id(), first.deadline()};
    list_event(due);
    dispatch(due);
  }
}

void machine::take_due_records() {
  while (!records_.empty() && !stops()) {
    const recorded_close& next = records_.front();
    if (next.moment > moment_ || next.behind_events > draft_.events.size()) return;
    records_ = records_.subspan(1);
    take(next);
  }
}

void machine::take(const recorded_close& record) {
  const auto found = reentries_.find(record.closed->id);
  if (found == reentries_.end() || !found->is_awaiting_record()) {
    drift_ = {record.closed->id, "nothing that it could be the end of is open"};
    return;
  }
  for (const std::uint64_t signal : record.closed->consumed) {
    if (const auto kept = reserved_.extract(signal)) --kept.mapped()->reserved;
  }
  if (const auto taken = found->take_record(*record.closed, record.context); !taken) {
    drift_ = {record.closed->id, taken.error().message};
    return;
  }
  if (applied_) {
    closed_scope over{*record.closed, found->around().tree()};
    // Only what is around it, and is open itself, has to say which signals were taken in it.
    if (&found->around() == &context_) over.how.consumed.clear();
    applied_->push_back({raw_time_, time_, std::move(over), 0});
  }
  settle_event();
}

void machine::list_event(journal::event e) {
  if (draft_.events.size() == bounds_.events_per_turn) {
    break_limit("events of one turn", bounds_.events_per_turn);
  } else {
    draft_.events.push_back(std::move(e));
  }
}

void machine::dispatch(const journal::event& e) {
  if (stops()) return;
  if (applied_) applied_->push_back({raw_time_, time_, e, 0});
  std::visit([this](const auto& what) { on_event(what); }, e);
  settle_event();
}

void machine::settle_event() {
  run_until_quiet();
  while (!closing_reentries_.empty() && !bug_) {
    reentry_node& ended = closing_reentries_.front();
    closing_reentries_.pop_front();
    ended.close();
    run_until_quiet();
  }
  settle_root();
}

void machine::settle_root() {
  if (bug_ || finished_ || !body_ || !body_->frame().done()) return;
  promise_base& root = body_->promise();
  if (!root.lane().tasks().is_joined()) return;
  try {
    if (root.error()) {
      end_failed(root.error());
    } else {
      issue(journal::complete_run{body_->encode_result()}, body_->reencode_result(), {});
    }
    finished_ = true;
  } catch (const std::exception& e) {
    note_bug(e);
  } catch (...) {
    note_unknown_bug();
  }
}

void machine::end_failed(std::exception_ptr error) {
  bool is_cancelled = false;
  journal::failure_info info = info_of(error, is_cancelled);
  issue(journal::fail_run{std::move(info), is_cancelled && cancel_requested_}, nullptr, {});
}

void machine::on_event(const journal::started& e) {
  seed_ = {e.seed_high, e.seed_low};
  workflow_id_ = e.workflow_id;
  parent_ = e.parent;
  try {
    body_ = type_.instantiate(*this, e.arguments);
  } catch (const std::exception& error) {
    note_bug(error);
    return;
  }
  body_->promise().open_root(*this, body_->frame());
  enqueue(body_->promise());
}

void machine::on_event(const journal::activity_completed& e) {
  find_activity(e.command)->deliver(e);
}

void machine::on_event(const journal::timer_fired& e) {
  static_cast<timer_leaf*>(find_pending(e.command, journal::withdraw::target::timer))->fire();
}

void machine::on_event(const journal::child_ended& e) { find_child(e.command)->deliver(e); }

void machine::on_event(const journal::promise_settled& e) {
  remember(e);
  find_promise(e.command)->deliver(e);
}

void machine::on_event(const journal::cancel_requested&) {
  cancel_requested_ = true;
  body_->promise().lane().cancel();
}

void machine::on_event(const journal::attempt_failed& e) { find_activity(e.command)->note(e); }

void machine::on_event(const journal::attempt_started& e) { find_activity(e.command)->note(e); }

void machine::note(const journal::event& attempt_event) {
  if (!accepts(attempt_event)) return;
  if (applied_) applied_->push_back({raw_time_, time_, attempt_event, 0});
  std::visit([this](const auto& e) { on_event(e); }, attempt_event);
}

bool machine::accepts(const journal::event& e) const {
  struct visitor {
    const machine& m;

    bool is_current(const journal::command_id& id, std::uint32_t attempt) const {
      const activity_leaf* found = m.find_activity(id);
      return found && (m.is_shortened_ || found->attempts().attempt == attempt);
    }
    bool operator()(const journal::started&) const { return !m.body_; }
    bool operator()(const journal::activity_completed& a) const {
      return is_current(a.command, a.attempt);
    }
    bool operator()(const journal::attempt_failed& a) const {
      return is_current(a.command, a.attempt);
    }
    bool operator()(const journal::attempt_started& a) const {
      return is_current(a.command, a.attempt);
    }
    bool operator()(const journal::timer_fired& t) const {
      return m.find_pending(t.command, journal::withdraw::target::timer) != nullptr;
    }
    bool operator()(const journal::child_ended& c) const {
      return m.find_child(c.command) != nullptr;
    }
    bool operator()(const journal::promise_settled& p) const {
      return m.find_promise(p.command) != nullptr;
    }
    bool operator()(const journal::signal_received& s) const {
      return m.body_ && !(s.from && m.seen_messages_.contains(*s.from)) &&
             !(!s.request_id.empty() && m.seen_requests_.contains(s.request_id));
    }
    bool operator()(const journal::terminated&) const { return true; }
    bool operator()(const journal::paused&) const { return false; }
    bool operator()(const journal::resumed&) const { return false; }
    // Once the function has returned, the run only waits for what it began.
    bool operator()(const journal::update_accepted& u) const {
      return m.body_ && !m.body_->frame().done() && !m.updates_.contains(u.update_id);
    }
    bool operator()(const journal::cancel_requested&) const {
      return m.body_ && !m.cancel_requested_;
    }
  };
  return !finished_ && std::visit(visitor{*this}, e);
}

leaf* machine::find_pending(const journal::command_id& id, journal::withdraw::target kind) const {
  const auto found = pending_.find(id);
  if (found == pending_.end() || found->kind() != kind) return nullptr;
  return const_cast<leaf*>(&*found);
}

activity_leaf* machine::find_activity(const journal::command_id& id) const {
  return static_cast<activity_leaf*>(find_pending(id, journal::withdraw::target::activity));
}

child_leaf* machine::find_child(const journal::command_id& id) const {
  return static_cast<child_leaf*>(find_pending(id, journal::withdraw::target::child));
}

promise_state* machine::find_promise(const journal::command_id& id) const {
  return static_cast<promise_state*>(find_pending(id, journal::withdraw::target::promise));
}

std::vector<activity_leaf*> machine::pending_activities() const {
  std::vector<activity_leaf*> found;
  for (const leaf& each : pending_) {
    if (auto* activity = find_activity(each.id())) found.push_back(activity);
  }
  return found;
}

std::vector<const leaf*> machine::pending() const {
  std::vector<const leaf*> found;
  for (const leaf& each : pending_) found.push_back(&each);
  return found;
}

std::vector<journal::timer_fired> machine::due_timers(journal::wall_time at) const {
  std::vector<journal::timer_fired> due;
  for (const timer_leaf& each : timers_) {
    if (each.deadline() > at) break;
    due.push_back({each.id(), each.deadline()});
  }
  return due;
}

std::optional<journal::wall_time> machine::next_deadline() const {
  if (timers_.empty()) return std::nullopt;
  return timers_.begin()->deadline();
}

bool machine::only_sleeps() const {
  return !timers_.empty() && std::ranges::all_of(pending_, [](const leaf& each) {
    return each.kind() == journal::withdraw::target::timer;
  });
}

std::size_t machine::frame_count() const { return scopes_.size(); }

void machine::issue(journal::command command, reencode_function reencode, std::source_location at) {
  if (draft_.commands.size() == bounds_.commands_per_turn) {
    break_limit("commands of one turn", bounds_.commands_per_turn);
    return;
  }
  draft_.commands.push_back({std::move(command), reencode, at, moment_,
                             static_cast<std::uint32_t>(draft_.events.size())});
}

void machine::enqueue(promise_base& runnable) {
  ready_.push_back(runnable);
  if (!is_asking_) return;
  note_bug(
      std::logic_error("theus: a condition only looks at what the workflow has; to cancel a "
                       "task, close a channel or release a permit is not for it"));
}

void machine::enter(reentry_node& begun) { reentries_.insert(begun); }

void machine::close_when_quiet(reentry_node& ended) { closing_reentries_.push_back(ended); }

void machine::locate(journal::close_scope& closed) const {
  closed.moment = moment_;
  closed.behind_events = static_cast<std::uint32_t>(draft_.events.size());
}

bool machine::awaits_records() const {
  return std::ranges::any_of(reentries_, &reentry_node::is_awaiting_record);
}

std::vector<std::source_location> machine::awaits() const {
  std::vector<std::source_location> found;
  for (const scope* each = current_; each; each = each->parent()) {
    if (const auto at = each->body().awaited_at(); at.line() != 0) found.push_back(at);
  }
  return found;
}

std::vector<const reentry_node*> machine::open_reentries() const {
  std::vector<const reentry_node*> open;
  for (const reentry_node& each : reentries_) {
    if (!each.is_awaiting_record()) open.push_back(&each);
  }
  return open;
}

std::int32_t machine::version_of(std::string_view change, std::int32_t least, std::int32_t most,
                                 std::source_location at) {
  branch& here = current_->context();
  auto version = here.version_of(change);
  if (!version) {
    const auto marked = recorded_ ? recorded_->version_of(here.scope(), change) : most;
    version = marked.value_or(least);
    here.follow(change, *version);
    if (marked) issue(journal::version_marker{here.scope(), std::string(change), *marked}, {}, at);
  }
  if (*version >= least && *version <= most) return *version;
  last_await_ = at;
  const unsupported_version bug("this run follows version " + std::to_string(*version) +
                                " of the change '" + std::string(change) +
                                "', and this code supports " + std::to_string(least) + " to " +
                                std::to_string(most));
  note_bug(bug);
  throw bug;
}

std::string workflow_bug::explain() const {
  std::string text = is_forbidden_call ? "the workflow called " : "the workflow threw ";
  text += type + ": " + message;
  if (!location.empty()) text += " (last await at " + location + ")";
  return text;
}

std::optional<std::int32_t> recorded_turn::version_of(std::string_view scope,
                                                      std::string_view change) const {
  for (const journal::command& each : commands) {
    const auto* marker = std::get_if<journal::version_marker>(&each);
    if (marker && marker->scope == scope && marker->change == change) return marker->version;
  }
  return std::nullopt;
}

void machine::log(std::string text) { draft_.log.push_back({time_, std::move(text)}); }

void machine::break_limit(const char* which, std::size_t limit) {
  note_bug("limit_exceeded", std::string("more than ") + std::to_string(limit) + " " + which);
}

void machine::note_bug(const std::exception& thrown) {
  note_bug(boost::core::demangle(typeid(thrown).name()), thrown.what());
}

void machine::note_unknown_bug() {
  note_bug("unknown", "something that is not a std::exception was thrown");
}

void machine::note_bug(std::string type, std::string message) {
  if (bug_) return;
  const bool awaited = last_await_.line() != 0;
  bug_ = workflow_bug{
      std::move(type), std::move(message),
      awaited ? std::string(last_await_.file_name()) + ":" + std::to_string(last_await_.line())
              : std::string()};
}

}  // namespace theus
