#pragma once

#include <bit>

#include "theus/journal/record.hpp"

#include "anchor_check.hpp"
#include "form_parts.hpp"
#include "record_form.hpp"
#include "record_words.hpp"

// Anchors as the message that records.capnp describes. Templates, for the one file that sees the
// generated header.
namespace theus::journal {

template <class Form>
void write_anchor(Form to, const anchor& a, const wall_time_distances& times) {
  using namespace parts;
  const auto last = std::bit_cast<hash_words>(a.last);
  to.setLast0(last[0]);
  to.setLast1(last[1]);
  to.setLast2(last[2]);
  to.setLast3(last[3]);
  const auto manifest = std::bit_cast<hash_words>(a.manifest);
  to.setManifest0(manifest[0]);
  to.setManifest1(manifest[1]);
  to.setManifest2(manifest[2]);
  to.setManifest3(manifest[3]);
  to.setThrough(number(a.through));
  to.setTasksFrom(number(a.tasks_from));
  to.setStartedAt(times.to_distance(a.started_at));
  if (!a.workflow_id.empty()) to.setWorkflowId(text(a.workflow_id));
  if (!a.workflow_type.empty()) to.setWorkflowType(text(a.workflow_type));
  if (!a.request_id.empty()) to.setRequestId(text(a.request_id));
  if (!a.wakeups.empty()) {
    auto list = to.initWakeups(unsigned(a.wakeups.size()));
    for (unsigned i = 0; i < list.size(); ++i) {
      list[i].setDue(times.to_distance(a.wakeups[i].due));
      list[i].setIsRetry(a.wakeups[i].is_retry);
      identity(list[i], a.wakeups[i].command);
    }
  }
  if (!a.tasks.empty()) {
    auto list = to.initTasks(unsigned(a.tasks.size()));
    for (unsigned i = 0; i < list.size(); ++i) {
      list[i].setAsked(number(a.tasks[i].asked));
      identity(list[i], a.tasks[i].command);
    }
  }
  if (a.messages.empty()) return;
  auto list = to.initMessages(unsigned(a.messages.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    const send_signal& message = a.messages[i];
    auto each = list[i];
    identity(each, message.id);
    if (!message.workflow_id.empty()) each.setWorkflowId(text(message.workflow_id));
    if (!message.name.empty()) each.setName(text(message.name));
    if (message.value != null_payload) each.setValue(text(message.value));
  }
}

// Throws malformed_record.
template <class Form>
anchor read_anchor(Form from, const wall_time_distances& times, const limits& bounds) {
  using namespace parts;
  anchor a;
  a.last = std::bit_cast<hash256>(
      hash_words{from.getLast0(), from.getLast1(), from.getLast2(), from.getLast3()});
  a.manifest = std::bit_cast<hash256>(hash_words{from.getManifest0(), from.getManifest1(),
                                                 from.getManifest2(), from.getManifest3()});
  a.through = sequence{from.getThrough()};
  a.tasks_from = sequence{from.getTasksFrom()};
  a.started_at = times.from_distance(from.getStartedAt());
  a.workflow_id = text(from.getWorkflowId());
  a.workflow_type = text(from.getWorkflowType());
  a.request_id = text(from.getRequestId());
  const auto wakeups = from.getWakeups();
  const auto tasks = from.getTasks();
  const auto messages = from.getMessages();
  const std::size_t most = bounds.commands_per_record;
  if (wakeups.size() > most || tasks.size() > most || messages.size() > most) {
    throw malformed_record{errc::limit_exceeded,
                           "an anchor holds more of a kind than limits::commands_per_record"};
  }
  a.wakeups.reserve(wakeups.size());
  for (auto each : wakeups) {
    a.wakeups.push_back({identity(each), times.from_distance(each.getDue()), each.getIsRetry()});
  }
  a.tasks.reserve(tasks.size());
  for (auto each : tasks) a.tasks.push_back({identity(each), sequence{each.getAsked()}});
  a.messages.reserve(messages.size());
  for (auto each : messages) {
    a.messages.push_back({identity(each), text(each.getWorkflowId()), text(each.getName()),
                          data(each.hasValue(), [&] { return each.getValue(); })});
  }
  return a;
}

// Where there is something to say of the run's parent or children.
template <class Form>
void write_family(Form to, const anchor& a, const wall_time_distances& times) {
  using namespace parts;
  write_anchor(to.initAnchor(), a, times);
  if (a.parent) {
    auto parent = to.initParent();
    const auto run = std::bit_cast<run_words>(a.parent->sender);
    parent.setRun0(run[0]);
    parent.setRun1(run[1]);
    identity(parent, a.parent->command);
  }
  if (!a.starts.empty()) {
    auto list = to.initStarts(unsigned(a.starts.size()));
    for (unsigned i = 0; i < list.size(); ++i) {
      const start_child& child = a.starts[i];
      auto each = list[i];
      identity(each, child.id);
      each.setDetached(child.detached);
      each.setOnParentClose(decltype(each.getOnParentClose())(child.on_parent_close));
      if (!child.workflow_id.empty()) each.setWorkflowId(text(child.workflow_id));
      if (!child.workflow_type.empty()) each.setWorkflowType(text(child.workflow_type));
      if (child.arguments != null_payload) each.setArguments(text(child.arguments));
    }
  }
  if (a.cancels.empty()) return;
  auto list = to.initCancels(unsigned(a.cancels.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    auto each = list[i];
    identity(each, a.cancels[i].id);
    if (!a.cancels[i].workflow_id.empty()) each.setWorkflowId(text(a.cancels[i].workflow_id));
  }
}

// Where a child is open that is to hear of the run's end.
template <class Form>
void write_parent(Form to, const anchor& a, const wall_time_distances& times) {
  using namespace parts;
  write_family(to.initFamily(), a, times);
  auto list = to.initChildren(unsigned(a.children.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    auto each = list[i];
    identity(each, a.children[i].id);
    each.setOnParentClose(decltype(each.getOnParentClose())(a.children[i].closing));
    if (!a.children[i].workflow_id.empty()) each.setWorkflowId(text(a.children[i].workflow_id));
  }
}

// Throws malformed_record.
inline parent_close parent_close_in(unsigned value) {
  if (value <= unsigned(parent_close::terminate)) return parent_close(value);
  throw malformed_record{errc::corrupt,
                         "a parent's close of kind " + std::to_string(value) + " is unknown"};
}

// Throws malformed_record.
template <class Form>
anchor read_family(Form from, const wall_time_distances& times, const limits& bounds) {
  using namespace parts;
  anchor a = read_anchor(from.getAnchor(), times, bounds);
  if (from.hasParent()) {
    const auto parent = from.getParent();
    a.parent = message_id{std::bit_cast<run_id>(run_words{parent.getRun0(), parent.getRun1()}),
                          identity(parent), message_id::kind::start};
  }
  const auto starts = from.getStarts();
  const auto cancels = from.getCancels();
  if (starts.size() > bounds.commands_per_record || cancels.size() > bounds.commands_per_record) {
    throw malformed_record{errc::limit_exceeded,
                           "an anchor holds more of a kind than limits::commands_per_record"};
  }
  for (auto each : starts) {
    a.starts.push_back({identity(each), text(each.getWorkflowId()), text(each.getWorkflowType()),
                        data(each.hasArguments(), [&] { return each.getArguments(); }),
                        each.getDetached(), parent_close_in(unsigned(each.getOnParentClose()))});
  }
  for (auto each : cancels) a.cancels.push_back({identity(each), text(each.getWorkflowId())});
  return a;
}

// Throws malformed_record.
template <class Form>
anchor read_parent(Form from, const wall_time_distances& times, const limits& bounds) {
  using namespace parts;
  anchor a = read_family(from.getFamily(), times, bounds);
  const auto children = from.getChildren();
  if (children.size() > bounds.commands_per_record) {
    throw malformed_record{errc::limit_exceeded,
                           "an anchor holds more of a kind than limits::commands_per_record"};
  }
  if (children.size() == 0) throw malformed_record{errc::corrupt, "a parent has no child"};
  for (auto each : children) {
    a.children.push_back({identity(each), text(each.getWorkflowId()),
                          parent_close_in(unsigned(each.getOnParentClose()))});
  }
  return a;
}

// Of a record of that kind. Throws malformed_record.
template <class Form>
anchor anchor_in(Form record, const limits& bounds) {
  const auto events = record.getEvents();
  const bool is_in_family = events.size() == 1 && events[0].isAnchorInFamily();
  const bool is_parent = events.size() == 1 && events[0].isAnchorOfParent();
  const bool is_anchor = is_parent || is_in_family || (events.size() == 1 && events[0].isAnchor());
  if (!is_anchor || record.hasCommands()) {
    throw malformed_record{errc::corrupt, "an anchor holds something else"};
  }
  const wall_time_distances times(wall_time_of(std::uint64_t(record.getRawTime())));
  anchor a = is_parent      ? read_parent(events[0].getAnchorOfParent(), times, bounds)
             : is_in_family ? read_family(events[0].getAnchorInFamily(), times, bounds)
                            : read_anchor(events[0].getAnchor(), times, bounds);
  if (is_in_family && !a.is_in_family()) {
    throw malformed_record{errc::corrupt, "an anchor in a family has no family"};
  }
  auto fault = fault_in(a, sequence{record.getSequence()});
  if (!fault.empty()) throw malformed_record{errc::corrupt, std::move(fault)};
  return a;
}

}  // namespace theus::journal
