#include "record_size.hpp"

#include <cmath>
#include <optional>
#include <string_view>

#include "anchor_check.hpp"

namespace theus::journal {
namespace {

// Words of the structs in records.capnp: data and pointers.
constexpr std::size_t table_and_root_words = 2 + 13 + 2;
constexpr std::size_t event_words = 4 + 2;
constexpr std::size_t command_words = 3 + 4;
constexpr std::size_t started_words = 3 + 4;
constexpr std::size_t started_as_child_words = 0 + 2;
constexpr std::size_t child_ended_words = 3 + 4;
constexpr std::size_t promise_settled_words = 1 + 3;
constexpr std::size_t update_accepted_words = 0 + 3;
constexpr std::size_t complete_update_words = 0 + 3;
constexpr std::size_t family_words = 0 + 4;
constexpr std::size_t child_start_words = 1 + 4;
constexpr std::size_t child_cancel_words = 1 + 2;
constexpr std::size_t parent_words = 0 + 2;
constexpr std::size_t open_child_words = 1 + 2;
constexpr std::size_t signal_words = 0 + 4;
constexpr std::size_t sender_words = 3 + 1;
constexpr std::size_t failure_words = 0 + 3;
constexpr std::size_t retry_words = 5 + 1;
constexpr std::size_t close_scope_words = 7 + 6;
constexpr std::size_t anchor_words = 11 + 6;
constexpr std::size_t wakeup_words = 2 + 1;
constexpr std::size_t task_words = 2 + 1;
constexpr std::size_t message_words = 1 + 4;
constexpr std::size_t timed_activity_words = 6 + 4;
constexpr std::size_t list_tag_words = 1;

class counter {
 public:
  explicit counter(const limits& bounds) : bounds_(bounds) {}

  void operator()(const started& e) {
    words_ += started_words;
    name(e.workflow_id, "a workflow id");
    name(e.workflow_type, "a workflow type");
    name(e.request_id, "a request id");
    data(e.arguments, "the arguments of a workflow");
    if (e.parent) {
      words_ += started_as_child_words;
      sender(*e.parent);
    }
  }
  void operator()(const child_ended& e) {
    words_ += child_ended_words;
    scope(e.command.scope);
    name(e.workflow_id, "a workflow id");
    const auto* result = std::get_if<payload>(&e.outcome);
    if ((result != nullptr) != (e.how == child_ended::ending::completed)) {
      refuse(errc::bad_input, "a child's outcome does not fit how it ended");
    }
    if (result != nullptr) data(*result, "the result of a child");
    if (const auto* info = std::get_if<failure_info>(&e.outcome)) {
      words_ += failure_words;
      failure(*info, 1);
    }
  }
  void operator()(const promise_settled& e) {
    words_ += promise_settled_words;
    scope(e.command.scope);
    if (const auto* value = std::get_if<payload>(&e.outcome)) data(*value, "a promise's value");
    if (const auto* info = std::get_if<failure_info>(&e.outcome)) failure(*info, 1);
  }
  void operator()(const activity_completed& e) {
    scope(e.command.scope);
    if (const auto* result = std::get_if<payload>(&e.outcome)) data(*result, "a result");
    if (const auto* info = std::get_if<failure_info>(&e.outcome)) failure(*info, 1);
  }
  void operator()(const attempt_failed& e) {
    scope(e.command.scope);
    failure(e.failure, 1);
  }
  void operator()(const attempt_started& e) { scope(e.command.scope); }
  void operator()(const timer_fired& e) { scope(e.command.scope); }
  void operator()(const signal_received& e) {
    words_ += signal_words;
    name(e.name, "a signal name");
    name(e.request_id, "a request id");
    data(e.value, "a signal's value");
    if (e.from) sender(*e.from);
  }
  void operator()(const cancel_requested& e) { data(e.reason, "a cancellation's reason"); }
  void operator()(const terminated& e) { data(e.reason, "a termination's reason"); }
  void operator()(const paused& e) { data(e.reason, "a pause's reason"); }
  void operator()(const resumed&) {}
  void operator()(const update_accepted& e) {
    words_ += update_accepted_words;
    update(e.update_id);
    name(e.name, "the name of an update");
    data(e.arguments, "the arguments of an update");
  }

  void operator()(const schedule_activity& c) {
    scope(c.id.scope);
    name(c.activity, "an activity name");
    data(c.arguments, "the arguments of an activity");
    words_ += retry_words + list_tag_words;
    if (!c.timeouts.empty()) words_ += timed_activity_words;
    if ((c.timeouts.schedule_to_start_ms != 0) != c.timeouts.start_by.has_value()) {
      refuse(errc::bad_input, "an activity says half of when it has to start");
    }
    for (const std::string& type : c.retry.non_retryable) {
      ++words_;
      name(type, "a non-retryable type");
      if (words_ > bounds_.record_bytes / 8) break;
    }
    if (!std::isfinite(c.retry.coefficient) || !std::isfinite(c.retry.jitter)) {
      refuse(errc::bad_input, "a retry policy holds a number that is not finite");
    }
  }
  void operator()(const start_timer& c) { scope(c.id.scope); }
  void operator()(const await_signal& c) {
    scope(c.id.scope);
    name(c.name, "a signal name");
  }
  void operator()(const send_signal& c) {
    scope(c.id.scope);
    name(c.workflow_id, "a workflow id");
    name(c.name, "a signal name");
    data(c.value, "a signal's value");
  }
  void operator()(const withdraw& c) {
    scope(c.id.scope);
    name(c.workflow_id, "a workflow id");
    if (c.what != withdraw::target::child && !c.workflow_id.empty()) {
      refuse(errc::bad_input, "a withdrawal of no child names one");
    }
  }
  void operator()(const start_child& c) {
    scope(c.id.scope);
    name(c.workflow_id, "a workflow id");
    name(c.workflow_type, "a workflow type");
    data(c.arguments, "the arguments of a child");
  }
  void operator()(const create_promise& c) { scope(c.id.scope); }
  void operator()(const complete_update& c) {
    words_ += complete_update_words;
    update(c.update_id);
    if (const auto* value = std::get_if<payload>(&c.outcome)) data(*value, "an update's answer");
    if (const auto* info = std::get_if<failure_info>(&c.outcome)) failure(*info, 1);
  }
  void operator()(const complete_run& c) { data(c.result, "the result of a workflow"); }
  void operator()(const fail_run& c) { failure(c.failure, 1); }
  void operator()(const open_scope& c) {
    scope(c.id.scope);
    name(c.name, "the name of a phase or loop");
    data(c.arguments, "the arguments of a phase or loop");
  }
  void operator()(const close_scope& c) {
    words_ += close_scope_words + list_tag_words + c.consumed.size();
    scope(c.id.scope);
    bounded(c.changes, "the changes of a phase or iteration", "record_bytes", bounds_.record_bytes);
    if (const auto* done = std::get_if<close_scope::completed>(&c.outcome)) {
      data(done->result, "the result of a phase");
    } else if (const auto* next = std::get_if<close_scope::again>(&c.outcome)) {
      data(next->state, "the state of a loop");
    } else {
      const auto& failed = std::get<scope_failure>(c.outcome);
      name(failed.activity, "an activity name");
      words_ += failure_words;
      failure(failed.info, 1);
    }
  }

  void operator()(const version_marker& c) {
    scope(c.scope);
    name(c.change, "the name of a change");
  }

  void events(const std::vector<event>& events) {
    if (events.size() > bounds_.events_per_record) {
      over("a record's events", events.size(), "events_per_record", bounds_.events_per_record);
      return;
    }
    if (!events.empty()) words_ += list_tag_words + events.size() * event_words;
    for (const event& e : events) std::visit(*this, e);
  }
  void commands(const std::vector<command>& commands) {
    if (commands.size() > bounds_.commands_per_record) {
      over("a record's commands", commands.size(), "commands_per_record",
           bounds_.commands_per_record);
      return;
    }
    if (!commands.empty()) words_ += list_tag_words + commands.size() * command_words;
    for (const command& c : commands) std::visit(*this, c);
  }
  void operator()(const anchor& a) {
    words_ += list_tag_words + event_words + anchor_words;
    name(a.workflow_id, "a workflow id");
    name(a.workflow_type, "a workflow type");
    name(a.request_id, "a request id");
    if (!list(a.wakeups.size(), wakeup_words, "an anchor's timers")) return;
    if (!list(a.tasks.size(), task_words, "an anchor's tasks")) return;
    if (!list(a.messages.size(), message_words, "an anchor's messages")) return;
    for (const anchor::wakeup& w : a.wakeups) scope(w.command.scope);
    for (const anchor::task& t : a.tasks) scope(t.command.scope);
    for (const send_signal& m : a.messages) (*this)(m);
    if (!a.is_in_family() && a.children.empty()) return;
    words_ += family_words;
    if (!a.children.empty()) words_ += parent_words;
    if (!list(a.children.size(), open_child_words, "an anchor's open children")) return;
    for (const anchor::open_child& c : a.children) {
      scope(c.id.scope);
      name(c.workflow_id, "a workflow id");
    }
    if (a.parent) sender(*a.parent);
    if (!list(a.starts.size(), child_start_words, "an anchor's children")) return;
    if (!list(a.cancels.size(), child_cancel_words, "an anchor's cancelled children")) return;
    for (const start_child& c : a.starts) (*this)(c);
    for (const anchor::child_cancel& c : a.cancels) {
      scope(c.id.scope);
      name(c.workflow_id, "a workflow id");
    }
  }
  void operator()(const turn& t) {
    placed(t.events, true);
    events(t.events);
    commands(t.commands);
    if (t.notes.empty()) return;
    words_ += command_words + (t.commands.empty() ? list_tag_words : 0);
    name(t.notes.build, "the name of a build");
    bounded(t.notes.context_changes, "the changes of a turn", "record_bytes", bounds_.record_bytes);
  }
  void operator()(const intake& i) {
    placed(i.events, false);
    events(i.events);
  }
  void refuse(errc code, std::string message) {
    if (!problem_) problem_ = error{code, std::move(message)};
  }

  result<std::size_t> total() {
    if (words_ > bounds_.record_bytes / 8) {
      over("a record", words_ * 8, "record_bytes", bounds_.record_bytes);
    }
    if (problem_) return *problem_;
    return words_;
  }

 private:
  void placed(const std::vector<event>& events, bool is_turn) {
    if (auto fault = misplaced_in(events, is_turn); !fault.empty()) {
      refuse(errc::bad_input, std::move(fault));
    }
  }
  bool list(std::size_t size, std::size_t words_each, const char* what) {
    if (size > bounds_.commands_per_record) {
      over(what, size, "commands_per_record", bounds_.commands_per_record);
      return false;
    }
    if (size != 0) words_ += list_tag_words + size * words_each;
    return true;
  }
  void sender(const message_id& from) {
    words_ += sender_words;
    scope(from.command.scope);
  }
  void text(std::string_view value) { words_ += value.size() / 8 + 1; }
  void bounded(std::string_view value, const char* what, const char* limit, std::size_t most) {
    text(value);
    if (value.size() > most) over(what, value.size(), limit, most);
  }
  void name(std::string_view value, const char* what) {
    bounded(value, what, "name_bytes", bounds_.name_bytes);
  }
  void data(std::string_view value, const char* what) {
    bounded(value, what, "payload_bytes", bounds_.payload_bytes);
  }
  void scope(std::string_view value) {
    bounded(value, "a scope path", "scope_bytes", bounds_.scope_bytes);
  }
  void update(const std::string& id) {
    if (id.empty()) refuse(errc::bad_input, "an update has no id");
    name(id, "an update's id");
  }
  void failure(const failure_info& top, std::size_t depth) {
    for (const failure_info* info = &top;; info = &info->cause.front(), ++depth) {
      if (depth > bounds_.failure_depth) {
        over("a failure's chain of causes", depth, "failure_depth", bounds_.failure_depth);
        return;
      }
      words_ += failure_words;
      name(info->type, "a failure's type");
      data(info->message, "a failure's message");
      if (info->cause.empty()) return;
      if (info->cause.size() > 1) return refuse(errc::bad_input, "a failure has two causes");
    }
  }
  void over(const char* what, std::size_t is, const char* limit, std::size_t most) {
    refuse(errc::limit_exceeded, std::string(what) + " has " + std::to_string(is) +
                                     ", more than limits::" + limit + " (" + std::to_string(most) +
                                     ")");
  }

  const limits& bounds_;
  std::size_t words_ = table_and_root_words;
  std::optional<error> problem_;
};

}  // namespace

std::string misplaced_in(const std::vector<event>& events, bool is_turn) {
  for (const event& e : events) {
    const bool is_end = std::holds_alternative<terminated>(e);
    const bool is_outside =
        is_end || std::holds_alternative<paused>(e) || std::holds_alternative<resumed>(e);
    if (is_outside && is_turn) return "a turn holds what no workflow sees";
    if (is_end && &e != &events.back()) return "something stands behind the end of a run";
  }
  return {};
}

result<std::size_t> checked_words(const record& r, const limits& bounds) {
  counter count(bounds);
  if (r.time < r.raw_time) count.refuse(errc::bad_input, "a record's time is before its raw time");
  std::visit([&](const auto& body) { count(body); }, r.body);
  if (const auto* a = std::get_if<anchor>(&r.body)) {
    if (auto fault = fault_in(*a, r.at); !fault.empty()) count.refuse(errc::bad_input, fault);
  }
  return count.total();
}

}  // namespace theus::journal
