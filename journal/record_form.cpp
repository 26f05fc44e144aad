#include "record_form.hpp"

#include <records.capnp.h>

#include <bit>

#include <capnp/message.h>

#include "anchor_form.hpp"
#include "form_parts.hpp"
#include "record_reader.hpp"
#include "record_words.hpp"

namespace theus::journal {
namespace {

using parts::identity;
using parts::null_payload;
using parts::text;

class writer {
 public:
  explicit writer(wall_time raw_time) : times_(raw_time) {}

  void events(form::Record::Builder to, const std::vector<event>& from) {
    if (from.empty()) return;
    auto list = to.initEvents(unsigned(from.size()));
    for (unsigned i = 0; i < from.size(); ++i) {
      auto element = list[i];
      std::visit([&](const auto& e) { write(element, e); }, from[i]);
    }
  }
  void commands(form::Record::Builder to, const turn& from) {
    const auto count = unsigned(from.commands.size());
    const unsigned notes = from.notes.empty() ? 0 : 1;
    if (count + notes == 0) return;
    auto list = to.initCommands(count + notes);
    for (unsigned i = 0; i < count; ++i) {
      auto element = list[i];
      std::visit([&](const auto& c) { write(element, c); }, from.commands[i]);
    }
    if (notes != 0) write(list[count], from.notes);
  }

 private:
  template <class Group>
  void attempt(Group to, const auto& e) const {
    to.setAttempt(e.attempt);
    to.setHasScheduledFor(e.scheduled_for.has_value());
    if (e.scheduled_for) to.setScheduledFor(times_.to_distance(*e.scheduled_for));
    identity(to, e.command);
  }
  static void failure(form::Failure::Builder to, const failure_info& from) {
    if (!from.type.empty()) to.setType(text(from.type));
    if (!from.message.empty()) to.setMessage(text(from.message));
    if (!from.cause.empty()) failure(to.initCause(), from.cause.front());
  }

  static void sender(form::Sender::Builder to, const message_id& from) {
    const auto run = std::bit_cast<run_words>(from.sender);
    to.setRun0(run[0]);
    to.setRun1(run[1]);
    identity(to, from.command);
  }

  void write(form::Event::Builder to, const started& e) const {
    if (!e.parent) return write(to.initStarted(), e);
    auto child = to.initStartedAsChild();
    write(child.initStart(), e);
    sender(child.initParent(), *e.parent);
  }
  static void write(form::Started::Builder start, const started& e) {
    start.setSemantics(e.semantics);
    start.setSeedHigh(e.seed_high);
    start.setSeedLow(e.seed_low);
    if (!e.workflow_id.empty()) start.setWorkflowId(text(e.workflow_id));
    if (!e.workflow_type.empty()) start.setWorkflowType(text(e.workflow_type));
    if (!e.request_id.empty()) start.setRequestId(text(e.request_id));
    if (e.arguments != null_payload) start.setArguments(text(e.arguments));
  }
  void write(form::Event::Builder to, const activity_completed& e) const {
    if (const auto* result = std::get_if<payload>(&e.outcome)) {
      auto done = to.initCompleted();
      attempt(done, e);
      if (*result != null_payload) done.setResult(text(*result));
    } else {
      auto done = to.initFailed();
      attempt(done, e);
      failure(done.initFailure(), std::get<failure_info>(e.outcome));
    }
  }
  void write(form::Event::Builder to, const attempt_failed& e) const {
    auto failed = to.initAttemptFailed();
    attempt(failed, e);
    failed.setNextAttempt(times_.to_distance(e.next_attempt));
    failure(failed.initFailure(), e.failure);
  }
  void write(form::Event::Builder to, const attempt_started& e) const {
    auto begun = to.initAttemptStarted();
    begun.setAttempt(e.attempt);
    identity(begun, e.command);
  }
  void write(form::Event::Builder to, const timer_fired& e) const {
    auto fired = to.initTimerFired();
    fired.setDeadline(times_.to_distance(e.deadline));
    identity(fired, e.command);
  }
  void write(form::Event::Builder to, const signal_received& e) const {
    auto signal = to.initSignalReceived();
    if (!e.name.empty()) signal.setName(text(e.name));
    if (e.value != null_payload) signal.setValue(text(e.value));
    if (!e.request_id.empty()) signal.setRequestId(text(e.request_id));
    if (!e.from) return;
    sender(signal.initFrom(), *e.from);
  }
  void write(form::Event::Builder to, const child_ended& e) const {
    auto ended = to.initChildEnded();
    const auto run = std::bit_cast<run_words>(e.run);
    ended.setRun0(run[0]);
    ended.setRun1(run[1]);
    ended.setHow(form::ChildEnding(e.how));
    identity(ended, e.command);
    if (!e.workflow_id.empty()) ended.setWorkflowId(text(e.workflow_id));
    if (const auto* result = std::get_if<payload>(&e.outcome)) {
      if (*result != null_payload) ended.setResult(text(*result));
    } else {
      failure(ended.initFailure(), std::get<failure_info>(e.outcome));
    }
  }
  void write(form::Event::Builder to, const promise_settled& e) const {
    auto settled = to.initPromiseSettled();
    identity(settled, e.command);
    if (const auto* value = std::get_if<payload>(&e.outcome)) {
      if (*value != null_payload) settled.setValue(text(*value));
    } else {
      failure(settled.initFailure(), std::get<failure_info>(e.outcome));
    }
  }
  void write(form::Event::Builder to, const update_accepted& e) const {
    auto update = to.initUpdateAccepted();
    update.setUpdateId(text(e.update_id));
    if (!e.name.empty()) update.setName(text(e.name));
    if (e.arguments != null_payload) update.setArguments(text(e.arguments));
  }
  void write(form::Event::Builder to, const terminated& e) const {
    auto end = to.initTerminated();
    if (!e.reason.empty()) end.setReason(text(e.reason));
  }
  void write(form::Event::Builder to, const paused& e) const {
    auto rest = to.initPaused();
    if (!e.reason.empty()) rest.setReason(text(e.reason));
  }
  void write(form::Event::Builder to, const resumed&) const { to.setResumed(); }
  void write(form::Event::Builder to, const cancel_requested& e) const {
    auto cancel = to.initCancelRequested();
    if (!e.reason.empty()) cancel.setReason(text(e.reason));
  }

  void write(form::Command::Builder to, const schedule_activity& c) const {
    if (c.timeouts.empty()) return schedule(to.initScheduleActivity(), c);
    auto timed = to.initTimedActivity();
    timed.setHeartbeatMs(c.timeouts.heartbeat_ms);
    timed.setScheduleToStartMs(c.timeouts.schedule_to_start_ms);
    timed.setHasStartBy(c.timeouts.start_by.has_value());
    if (c.timeouts.start_by) timed.setStartBy(times_.to_distance(*c.timeouts.start_by));
    timed.setHasCloseBy(c.timeouts.close_by.has_value());
    if (c.timeouts.close_by) timed.setCloseBy(times_.to_distance(*c.timeouts.close_by));
    schedule(timed, c);
  }
  template <class Schedule>
  static void schedule(Schedule schedule, const schedule_activity& c) {
    schedule.setAtMostOnce(c.at_most_once);
    schedule.setStartToCloseMs(c.start_to_close_ms);
    identity(schedule, c.id);
    if (!c.activity.empty()) schedule.setActivity(text(c.activity));
    if (c.arguments != null_payload) schedule.setArguments(text(c.arguments));
    if (c.retry == retry_terms()) return;
    auto retry = schedule.initRetry();
    retry.setAttempts(c.retry.attempts);
    retry.setFirstIntervalMs(c.retry.first_interval_ms);
    retry.setCoefficient(c.retry.coefficient);
    retry.setMaximumIntervalMs(c.retry.maximum_interval_ms);
    retry.setJitter(c.retry.jitter);
    if (c.retry.non_retryable.empty()) return;
    auto types = retry.initNonRetryable(unsigned(c.retry.non_retryable.size()));
    for (unsigned i = 0; i < types.size(); ++i) {
      if (!c.retry.non_retryable[i].empty()) types.set(i, text(c.retry.non_retryable[i]));
    }
  }
  void write(form::Command::Builder to, const start_timer& c) const {
    auto timer = to.initStartTimer();
    timer.setDeadline(times_.to_distance(c.deadline));
    identity(timer, c.id);
  }
  void write(form::Command::Builder to, const await_signal& c) const {
    auto wait = to.initAwaitSignal();
    identity(wait, c.id);
    if (!c.name.empty()) wait.setName(text(c.name));
  }
  void write(form::Command::Builder to, const send_signal& c) const {
    auto send = to.initSendSignal();
    identity(send, c.id);
    if (!c.workflow_id.empty()) send.setWorkflowId(text(c.workflow_id));
    if (!c.name.empty()) send.setName(text(c.name));
    if (c.value != null_payload) send.setValue(text(c.value));
  }
  void write(form::Command::Builder to, const withdraw& c) const {
    auto gone = to.initWithdraw();
    gone.setTarget(form::Target(c.what));
    gone.setHasDeadline(c.deadline.has_value());
    if (c.deadline) gone.setDeadline(times_.to_distance(*c.deadline));
    identity(gone, c.id);
    if (!c.workflow_id.empty()) gone.setWorkflowId(text(c.workflow_id));
  }
  void write(form::Command::Builder to, const complete_run& c) const {
    auto complete = to.initCompleteRun();
    if (c.result != null_payload) complete.setResult(text(c.result));
  }
  void write(form::Command::Builder to, const fail_run& c) const {
    auto fail = to.initFailRun();
    fail.setCancelled(c.cancelled);
    failure(fail.initFailure(), c.failure);
  }
  void write(form::Command::Builder to, const open_scope& c) const {
    auto open = to.initOpenScope();
    open.setWhat(form::Scope(c.what));
    identity(open, c.id);
    if (!c.name.empty()) open.setName(text(c.name));
    if (c.arguments != null_payload) open.setArguments(text(c.arguments));
  }
  void write(form::Command::Builder to, const close_scope& c) const {
    auto close = to.initCloseScope();
    const auto root = std::bit_cast<hash_words>(c.root);
    close.setRoot0(root[0]);
    close.setRoot1(root[1]);
    close.setRoot2(root[2]);
    close.setRoot3(root[3]);
    close.setIteration(c.iteration);
    close.setMoment(c.moment);
    close.setBehindEvents(c.behind_events);
    identity(close, c.id);
    ending(close, c.outcome);
    if (!c.changes.empty()) {
      close.setChanges({reinterpret_cast<const kj::byte*>(c.changes.data()), c.changes.size()});
    }
    if (c.consumed.empty()) return;
    auto consumed = close.initConsumed(unsigned(c.consumed.size()));
    for (unsigned i = 0; i < consumed.size(); ++i) consumed.set(i, c.consumed[i]);
  }
  void write(form::Command::Builder to, const turn_notes& n) const {
    auto notes = to.initNotes();
    if (!n.build.empty()) notes.setBuild(text(n.build));
    if (!n.context_changes.empty()) {
      notes.setContextChanges(
          {reinterpret_cast<const kj::byte*>(n.context_changes.data()), n.context_changes.size()});
    }
  }
  void write(form::Command::Builder to, const version_marker& c) const {
    auto marker = to.initVersionMarker();
    marker.setVersion(c.version);
    if (!c.scope.empty()) marker.setScope(text(c.scope));
    if (!c.change.empty()) marker.setChange(text(c.change));
  }
  void write(form::Command::Builder to, const start_child& c) const {
    auto child = to.initStartChild();
    identity(child, c.id);
    child.setDetached(c.detached);
    child.setOnParentClose(form::ParentClose(c.on_parent_close));
    if (!c.workflow_id.empty()) child.setWorkflowId(text(c.workflow_id));
    if (!c.workflow_type.empty()) child.setWorkflowType(text(c.workflow_type));
    if (c.arguments != null_payload) child.setArguments(text(c.arguments));
  }
  void write(form::Command::Builder to, const create_promise& c) const {
    auto promise = to.initCreatePromise();
    identity(promise, c.id);
  }
  void write(form::Command::Builder to, const complete_update& c) const {
    auto update = to.initCompleteUpdate();
    update.setUpdateId(text(c.update_id));
    if (const auto* value = std::get_if<payload>(&c.outcome)) {
      if (*value != null_payload) update.setValue(text(*value));
    } else {
      failure(update.initFailure(), std::get<failure_info>(c.outcome));
    }
  }
  static void ending(form::CloseScope::Builder to, const auto& outcome) {
    if (const auto* done = std::get_if<close_scope::completed>(&outcome)) {
      to.setEnding(form::Ending::COMPLETED);
      if (done->result != null_payload) to.setValue(text(done->result));
    } else if (const auto* next = std::get_if<close_scope::again>(&outcome)) {
      to.setEnding(form::Ending::AGAIN);
      if (next->state != null_payload) to.setValue(text(next->state));
    } else {
      const auto& failed = std::get<scope_failure>(outcome);
      to.setEnding(failed.what == scope_failure::kind::failure ? form::Ending::FAILED
                   : failed.what == scope_failure::kind::activity_failed
                       ? form::Ending::ACTIVITY_FAILED
                       : form::Ending::CANCELLED);
      to.setAttempt(failed.attempt);
      failure(to.initFailure(), failed.info);
      if (!failed.activity.empty()) to.setActivity(text(failed.activity));
    }
  }

  wall_time_distances times_;
};

void fill(form::Record::Builder to, const record& r) {
  const turn* const t = std::get_if<turn>(&r.body);
  const auto previous = std::bit_cast<hash_words>(r.previous);
  to.setPrevious0(previous[0]);
  to.setPrevious1(previous[1]);
  to.setPrevious2(previous[2]);
  to.setPrevious3(previous[3]);
  const auto digest = std::bit_cast<hash_words>(t != nullptr ? t->state_digest : hash256());
  to.setDigest0(digest[0]);
  to.setDigest1(digest[1]);
  to.setDigest2(digest[2]);
  to.setDigest3(digest[3]);
  to.setRawTime(r.raw_time.time_since_epoch().count());
  to.setTimeAhead(microseconds(r.time) - microseconds(r.raw_time));
  to.setSequence(number(r.at));
  writer write(r.raw_time);
  if (t != nullptr) {
    to.setKind(form::Kind::TURN);
    to.setConsumedThrough(number(t->consumed_through));
    write.events(to, t->events);
    write.commands(to, *t);
  } else if (const auto* i = std::get_if<intake>(&r.body)) {
    to.setKind(form::Kind::INTAKE);
    write.events(to, i->events);
  } else {
    to.setKind(form::Kind::ANCHOR);
    const auto& a = std::get<anchor>(r.body);
    const wall_time_distances times(r.raw_time);
    auto event = to.initEvents(1)[0];
    if (!a.children.empty()) {
      write_parent(event.initAnchorOfParent(), a, times);
    } else if (a.is_in_family()) {
      write_family(event.initAnchorInFamily(), a, times);
    } else {
      write_anchor(event.initAnchor(), a, times);
    }
  }
}

record read_all(form::Record::Reader from, const limits& bounds) {
  record r;
  r.previous = std::bit_cast<hash256>(hash_words{from.getPrevious0(), from.getPrevious1(),
                                                 from.getPrevious2(), from.getPrevious3()});
  r.at = sequence{from.getSequence()};
  if (r.at == before_first) refuse("its sequence is 0");
  r.raw_time = wall_time_of(std::uint64_t(from.getRawTime()));
  r.time = wall_time_of(std::uint64_t(from.getRawTime()) + from.getTimeAhead());
  if (r.time < r.raw_time) refuse("its time is out of range");
  const record_reader read(from.getRawTime(), bounds);
  if (from.getKind() == form::Kind::TURN) {
    turn& t = r.body.emplace<turn>();
    t.state_digest = std::bit_cast<hash256>(
        hash_words{from.getDigest0(), from.getDigest1(), from.getDigest2(), from.getDigest3()});
    t.consumed_through = sequence{from.getConsumedThrough()};
    t.events = read.events(from);
    read.commands(from, t);
  } else if (from.getKind() == form::Kind::INTAKE) {
    r.body.emplace<intake>().events = read.events(from);
    if (from.hasCommands()) refuse("an intake holds commands");
  } else if (from.getKind() == form::Kind::ANCHOR) {
    r.body = anchor_in(from, bounds);
  } else {
    refuse("a record of kind " + std::to_string(unsigned(from.getKind())) + " is unknown");
  }
  return r;
}

}  // namespace

void write_record(capnp::MessageBuilder& to, const record& r) {
  fill(to.initRoot<form::Record>(), r);
}

record read_record(capnp::MessageReader& from, const limits& bounds) {
  return read_all(from.getRoot<form::Record>(), bounds);
}

}  // namespace theus::journal
