#include "record_form.hpp"

#include <records.capnp.h>

#include <bit>
#include <cmath>

#include <capnp/message.h>

#include "anchor_form.hpp"
#include "form_parts.hpp"
#include "record_words.hpp"

namespace theus::journal {
namespace {

using parts::data;
using parts::identity;
using parts::null_payload;
using parts::text;

// ---- writing

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
  void commands(form::Record::Builder to, const std::vector<command>& from) {
    if (from.empty()) return;
    auto list = to.initCommands(unsigned(from.size()));
    for (unsigned i = 0; i < from.size(); ++i) {
      auto element = list[i];
      std::visit([&](const auto& c) { write(element, c); }, from[i]);
    }
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

  void write(form::Event::Builder to, const started& e) const {
    auto start = to.initStarted();
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
    auto sender = signal.initFrom();
    const auto run = std::bit_cast<run_words>(e.from->sender);
    sender.setRun0(run[0]);
    sender.setRun1(run[1]);
    identity(sender, e.from->command);
  }
  void write(form::Event::Builder to, const cancel_requested& e) const {
    auto cancel = to.initCancelRequested();
    if (!e.reason.empty()) cancel.setReason(text(e.reason));
  }

  void write(form::Command::Builder to, const schedule_activity& c) const {
    auto schedule = to.initScheduleActivity();
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
    write.commands(to, t->commands);
  } else if (const auto* i = std::get_if<intake>(&r.body)) {
    to.setKind(form::Kind::INTAKE);
    write.events(to, i->events);
  } else {
    to.setKind(form::Kind::ANCHOR);
    write_anchor(to.initEvents(1)[0].initAnchor(), std::get<anchor>(r.body),
                 wall_time_distances(r.raw_time));
  }
}

// ---- reading

[[noreturn]] void refuse(std::string what) {
  throw malformed_record{errc::corrupt, std::move(what)};
}
[[noreturn]] void exceeds(const std::string& what) {
  throw malformed_record{errc::limit_exceeded, what + " than its limit allows"};
}

class reader {
 public:
  reader(std::int64_t raw_time, const limits& bounds)
      : times_(wall_time_of(std::uint64_t(raw_time))), bounds_(bounds) {}

  std::vector<event> events(form::Record::Reader from) const {
    std::vector<event> to;
    auto list = from.getEvents();
    if (list.size() > bounds_.events_per_record) exceeds("a record has more events");
    for (auto e : list) to.push_back(read(e));
    return to;
  }
  std::vector<command> commands(form::Record::Reader from) const {
    std::vector<command> to;
    auto list = from.getCommands();
    if (list.size() > bounds_.commands_per_record) exceeds("a record has more commands");
    for (auto c : list) to.push_back(read(c));
    return to;
  }

 private:
  template <class Group>
  std::optional<wall_time> scheduled(Group from) const {
    if (!from.getHasScheduledFor()) return std::nullopt;
    return times_.from_distance(from.getScheduledFor());
  }
  failure_info failure(form::Failure::Reader from, std::size_t depth = 1) const {
    if (depth > bounds_.failure_depth) exceeds("a failure has a longer chain of causes");
    failure_info to;
    to.type = text(from.getType());
    to.message = text(from.getMessage());
    if (from.hasCause()) to.cause.push_back(failure(from.getCause(), depth + 1));
    return to;
  }
  static std::optional<message_id> sender(form::Signal::Reader from) {
    if (!from.hasFrom()) return std::nullopt;
    auto sender = from.getFrom();
    message_id id;
    id.sender = std::bit_cast<run_id>(run_words{sender.getRun0(), sender.getRun1()});
    id.command = identity(sender);
    return id;
  }
  static retry_terms retry(form::Retry::Reader from) {
    retry_terms to;
    to.attempts = from.getAttempts();
    to.first_interval_ms = from.getFirstIntervalMs();
    to.coefficient = from.getCoefficient();
    to.maximum_interval_ms = from.getMaximumIntervalMs();
    to.jitter = from.getJitter();
    if (!std::isfinite(to.coefficient) || !std::isfinite(to.jitter)) {
      refuse("a retry policy holds a number that is not finite");
    }
    for (auto type : from.getNonRetryable()) to.non_retryable.push_back(text(type));
    return to;
  }

  event read(form::Event::Reader from) const {
    switch (from.which()) {
      case form::Event::NONE:
        break;
      case form::Event::STARTED: {
        auto e = from.getStarted();
        return started{
            text(e.getWorkflowId()), text(e.getWorkflowType()),
            text(e.getRequestId()),  data(e.hasArguments(), [&] { return e.getArguments(); }),
            e.getSemantics(),        e.getSeedHigh(),
            e.getSeedLow()};
      }
      case form::Event::COMPLETED: {
        auto e = from.getCompleted();
        return activity_completed{identity(e), e.getAttempt(), scheduled(e),
                                  data(e.hasResult(), [&] { return e.getResult(); })};
      }
      case form::Event::FAILED: {
        auto e = from.getFailed();
        return activity_completed{identity(e), e.getAttempt(), scheduled(e),
                                  failure(e.getFailure())};
      }
      case form::Event::ATTEMPT_FAILED: {
        auto e = from.getAttemptFailed();
        return attempt_failed{identity(e), e.getAttempt(), scheduled(e), failure(e.getFailure()),
                              times_.from_distance(e.getNextAttempt())};
      }
      case form::Event::ATTEMPT_STARTED: {
        auto e = from.getAttemptStarted();
        return attempt_started{identity(e), e.getAttempt()};
      }
      case form::Event::TIMER_FIRED: {
        auto e = from.getTimerFired();
        return timer_fired{identity(e), times_.from_distance(e.getDeadline())};
      }
      case form::Event::SIGNAL_RECEIVED: {
        auto e = from.getSignalReceived();
        return signal_received{text(e.getName()), data(e.hasValue(), [&] { return e.getValue(); }),
                               sender(e), text(e.getRequestId())};
      }
      case form::Event::CANCEL_REQUESTED:
        return cancel_requested{text(from.getCancelRequested().getReason())};
      case form::Event::ANCHOR:
        refuse("an anchor stands among events");
    }
    refuse("an event of kind " + std::to_string(unsigned(from.which())) + " is unknown");
  }

  command read(form::Command::Reader from) const {
    switch (from.which()) {
      case form::Command::NONE:
        break;
      case form::Command::SCHEDULE_ACTIVITY: {
        auto c = from.getScheduleActivity();
        return schedule_activity{identity(c),
                                 text(c.getActivity()),
                                 data(c.hasArguments(), [&] { return c.getArguments(); }),
                                 c.hasRetry() ? retry(c.getRetry()) : retry_terms(),
                                 c.getStartToCloseMs(),
                                 c.getAtMostOnce()};
      }
      case form::Command::START_TIMER: {
        auto c = from.getStartTimer();
        return start_timer{identity(c), times_.from_distance(c.getDeadline())};
      }
      case form::Command::AWAIT_SIGNAL: {
        auto c = from.getAwaitSignal();
        return await_signal{identity(c), text(c.getName())};
      }
      case form::Command::SEND_SIGNAL: {
        auto c = from.getSendSignal();
        return send_signal{identity(c), text(c.getWorkflowId()), text(c.getName()),
                           data(c.hasValue(), [&] { return c.getValue(); })};
      }
      case form::Command::WITHDRAW: {
        auto c = from.getWithdraw();
        if (unsigned(c.getTarget()) > unsigned(form::Target::SIGNAL)) {
          refuse("a withdrawal of kind " + std::to_string(unsigned(c.getTarget())) + " is unknown");
        }
        withdraw to{identity(c), withdraw::target(c.getTarget()), std::nullopt};
        if (c.getHasDeadline()) to.deadline = times_.from_distance(c.getDeadline());
        return to;
      }
      case form::Command::COMPLETE_RUN: {
        auto c = from.getCompleteRun();
        return complete_run{data(c.hasResult(), [&] { return c.getResult(); })};
      }
      case form::Command::FAIL_RUN: {
        auto c = from.getFailRun();
        return fail_run{failure(c.getFailure()), c.getCancelled()};
      }
      case form::Command::OPEN_SCOPE: {
        auto c = from.getOpenScope();
        if (unsigned(c.getWhat()) > unsigned(form::Scope::LOOP)) {
          refuse("a scope of kind " + std::to_string(unsigned(c.getWhat())) + " is unknown");
        }
        return open_scope{identity(c), open_scope::kind(c.getWhat()), text(c.getName()),
                          data(c.hasArguments(), [&] { return c.getArguments(); })};
      }
      case form::Command::CLOSE_SCOPE:
        return closing(from.getCloseScope());
    }
    refuse("a command of kind " + std::to_string(unsigned(from.which())) + " is unknown");
  }

  close_scope closing(form::CloseScope::Reader from) const {
    close_scope to;
    to.id = identity(from);
    to.iteration = from.getIteration();
    to.root = std::bit_cast<hash256>(
        hash_words{from.getRoot0(), from.getRoot1(), from.getRoot2(), from.getRoot3()});
    to.moment = from.getMoment();
    to.behind_events = from.getBehindEvents();
    const auto value = [&] { return data(from.hasValue(), [&] { return from.getValue(); }); };
    switch (from.getEnding()) {
      case form::Ending::COMPLETED:
        to.outcome = close_scope::completed{value()};
        break;
      case form::Ending::AGAIN:
        to.outcome = close_scope::again{value()};
        break;
      case form::Ending::FAILED:
      case form::Ending::ACTIVITY_FAILED:
      case form::Ending::CANCELLED:
        to.outcome = scope_failure{
            scope_failure::kind(unsigned(from.getEnding()) - unsigned(form::Ending::FAILED)),
            failure(from.getFailure()), text(from.getActivity()), from.getAttempt()};
        break;
      default:
        refuse("an ending of kind " + std::to_string(unsigned(from.getEnding())) + " is unknown");
    }
    const auto changes = from.getChanges();
    to.changes.assign(reinterpret_cast<const char*>(changes.begin()), changes.size());
    for (const std::uint64_t signal : from.getConsumed()) to.consumed.push_back(signal);
    return to;
  }

  wall_time_distances times_;
  const limits& bounds_;
};

anchor anchor_in(form::Record::Reader from, const limits& bounds) {
  const auto events = from.getEvents();
  if (events.size() != 1 || !events[0].isAnchor() || from.hasCommands()) {
    refuse("an anchor holds something else");
  }
  return read_anchor(events[0].getAnchor(),
                     wall_time_distances(wall_time_of(std::uint64_t(from.getRawTime()))), bounds);
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
  const reader read(from.getRawTime(), bounds);
  if (from.getKind() == form::Kind::TURN) {
    turn& t = r.body.emplace<turn>();
    t.state_digest = std::bit_cast<hash256>(
        hash_words{from.getDigest0(), from.getDigest1(), from.getDigest2(), from.getDigest3()});
    t.consumed_through = sequence{from.getConsumedThrough()};
    t.events = read.events(from);
    t.commands = read.commands(from);
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
