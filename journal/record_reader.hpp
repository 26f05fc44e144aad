#pragma once

#include <bit>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "theus/journal/limits.hpp"
#include "theus/journal/record.hpp"

#include "anchor_form.hpp"
#include "form_parts.hpp"
#include "record_form.hpp"
#include "record_size.hpp"
#include "record_words.hpp"

// Events and commands out of the message that records.capnp describes. For the one file that sees
// the generated header, behind it.
namespace theus::journal {

using parts::data;
using parts::identity;
using parts::text;

[[noreturn]] inline void refuse(std::string what) {
  throw malformed_record{errc::corrupt, std::move(what)};
}
[[noreturn]] inline void exceeds(const std::string& what) {
  throw malformed_record{errc::limit_exceeded, what + " than its limit allows"};
}

class record_reader {
 public:
  record_reader(std::int64_t raw_time, const limits& bounds)
      : times_(wall_time_of(std::uint64_t(raw_time))), bounds_(bounds) {}

  std::vector<event> events(form::Record::Reader from) const {
    std::vector<event> to;
    auto list = from.getEvents();
    if (list.size() > bounds_.events_per_record) exceeds("a record has more events");
    for (auto e : list) to.push_back(read(e));
    const bool is_turn = from.getKind() == form::Kind::TURN;
    if (auto fault = misplaced_in(to, is_turn); !fault.empty()) refuse(std::move(fault));
    return to;
  }
  void commands(form::Record::Reader from, turn& to) const {
    auto list = from.getCommands();
    if (list.size() == 0) return;
    const auto last = list[list.size() - 1];
    const unsigned notes = last.isNotes() ? 1 : 0;
    const unsigned count = list.size() - notes;
    if (count > bounds_.commands_per_record) exceeds("a record has more commands");
    to.commands.reserve(count);
    for (unsigned i = 0; i < count; ++i) to.commands.push_back(read(list[i]));
    if (notes != 0) to.notes = read(last.getNotes());
  }

 private:
  static turn_notes read(form::Command::Notes::Reader from) {
    turn_notes to{text(from.getBuild()), {}};
    const auto changes = from.getContextChanges();
    to.context_changes.assign(reinterpret_cast<const char*>(changes.begin()), changes.size());
    if (to.empty()) refuse("a turn's notes are empty");
    return to;
  }
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
  static message_id sender(form::Sender::Reader from, message_id::kind what) {
    return {std::bit_cast<run_id>(run_words{from.getRun0(), from.getRun1()}), identity(from), what};
  }
  static std::optional<message_id> sender(form::Signal::Reader from) {
    if (!from.hasFrom()) return std::nullopt;
    return sender(from.getFrom(), message_id::kind::signal);
  }
  static started opening(form::Started::Reader e) {
    return {text(e.getWorkflowId()), text(e.getWorkflowType()),
            text(e.getRequestId()),  data(e.hasArguments(), [&] { return e.getArguments(); }),
            e.getSemantics(),        e.getSeedHigh(),
            e.getSeedLow()};
  }
  child_ended ended(form::ChildEnded::Reader from) const {
    if (unsigned(from.getHow()) > unsigned(form::ChildEnding::TERMINATED)) {
      refuse("a child's ending of kind " + std::to_string(unsigned(from.getHow())) + " is unknown");
    }
    child_ended to;
    to.command = identity(from);
    to.workflow_id = text(from.getWorkflowId());
    to.run = std::bit_cast<run_id>(run_words{from.getRun0(), from.getRun1()});
    to.how = child_ended::ending(from.getHow());
    if (to.how == child_ended::ending::completed) {
      if (from.hasFailure()) refuse("a child that completed has a failure");
      to.outcome = data(from.hasResult(), [&] { return from.getResult(); });
    } else {
      if (from.hasResult()) refuse("a child that did not complete has a result");
      to.outcome = failure(from.getFailure());
    }
    return to;
  }
  promise_settled settled(form::PromiseSettled::Reader from) const {
    promise_settled to;
    to.command = identity(from);
    if (from.hasFailure()) {
      if (from.hasValue()) refuse("a promise that was rejected has a value");
      to.outcome = failure(from.getFailure());
    } else {
      to.outcome = data(from.hasValue(), [&] { return from.getValue(); });
    }
    return to;
  }
  std::string update_id(auto from) const {
    std::string id = text(from.getUpdateId());
    if (id.empty()) refuse("an update has no id");
    return id;
  }
  update_accepted accepted(form::UpdateAccepted::Reader from) const {
    return {update_id(from), text(from.getName()),
            data(from.hasArguments(), [&] { return from.getArguments(); })};
  }
  complete_update completed(form::CompleteUpdate::Reader from) const {
    complete_update to;
    to.update_id = update_id(from);
    if (from.hasFailure()) {
      if (from.hasValue()) refuse("an update that failed has an answer");
      to.outcome = failure(from.getFailure());
    } else {
      to.outcome = data(from.hasValue(), [&] { return from.getValue(); });
    }
    return to;
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

  template <class Schedule>
  static schedule_activity scheduled_call(Schedule c) {
    return {identity(c),
            text(c.getActivity()),
            data(c.hasArguments(), [&] { return c.getArguments(); }),
            c.hasRetry() ? retry(c.getRetry()) : retry_terms(),
            c.getStartToCloseMs(),
            c.getAtMostOnce()};
  }
  schedule_activity timed(form::TimedActivity::Reader c) const {
    schedule_activity to = scheduled_call(c);
    activity_timeouts& limits = to.timeouts;
    limits.heartbeat_ms = c.getHeartbeatMs();
    limits.schedule_to_start_ms = c.getScheduleToStartMs();
    if (c.getHasStartBy()) limits.start_by = times_.from_distance(c.getStartBy());
    if (c.getHasCloseBy()) limits.close_by = times_.from_distance(c.getCloseBy());
    if (limits.empty()) refuse("a timed activity has no timeout");
    if ((limits.schedule_to_start_ms != 0) != limits.start_by.has_value()) {
      refuse("a timed activity says half of when it has to start");
    }
    return to;
  }

  event read(form::Event::Reader from) const {
    switch (from.which()) {
      case form::Event::NONE:
        break;
      case form::Event::STARTED:
        return opening(from.getStarted());
      case form::Event::STARTED_AS_CHILD: {
        auto e = from.getStartedAsChild();
        if (!e.hasParent()) refuse("a child has no parent");
        started to = opening(e.getStart());
        to.parent = sender(e.getParent(), message_id::kind::start);
        return to;
      }
      case form::Event::CHILD_ENDED:
        return ended(from.getChildEnded());
      case form::Event::PROMISE_SETTLED:
        return settled(from.getPromiseSettled());
      case form::Event::UPDATE_ACCEPTED:
        return accepted(from.getUpdateAccepted());
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
      case form::Event::TERMINATED:
        return terminated{text(from.getTerminated().getReason())};
      case form::Event::PAUSED:
        return paused{text(from.getPaused().getReason())};
      case form::Event::RESUMED:
        return resumed{};
      case form::Event::ANCHOR:
      case form::Event::ANCHOR_IN_FAMILY:
      case form::Event::ANCHOR_OF_PARENT:
        refuse("an anchor stands among events");
    }
    refuse("an event of kind " + std::to_string(unsigned(from.which())) + " is unknown");
  }

  command read(form::Command::Reader from) const {
    switch (from.which()) {
      case form::Command::NONE:
        break;
      case form::Command::SCHEDULE_ACTIVITY:
        return scheduled_call(from.getScheduleActivity());
      case form::Command::TIMED_ACTIVITY:
        return timed(from.getTimedActivity());
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
        if (unsigned(c.getTarget()) > unsigned(form::Target::PROMISE)) {
          refuse("a withdrawal of kind " + std::to_string(unsigned(c.getTarget())) + " is unknown");
        }
        withdraw to{identity(c), withdraw::target(c.getTarget()), std::nullopt,
                    text(c.getWorkflowId())};
        if (to.what != withdraw::target::child && !to.workflow_id.empty()) {
          refuse("a withdrawal of no child names one");
        }
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
      case form::Command::VERSION_MARKER: {
        auto c = from.getVersionMarker();
        return version_marker{text(c.getScope()), text(c.getChange()), c.getVersion()};
      }
      case form::Command::START_CHILD: {
        auto c = from.getStartChild();
        return start_child{identity(c),
                           text(c.getWorkflowId()),
                           text(c.getWorkflowType()),
                           data(c.hasArguments(), [&] { return c.getArguments(); }),
                           c.getDetached(),
                           parent_close_in(unsigned(c.getOnParentClose()))};
      }
      case form::Command::CREATE_PROMISE:
        return create_promise{identity(from.getCreatePromise())};
      case form::Command::COMPLETE_UPDATE:
        return completed(from.getCompleteUpdate());
      case form::Command::NOTES:
        refuse("a turn's notes are not behind its commands");
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

}  // namespace theus::journal
