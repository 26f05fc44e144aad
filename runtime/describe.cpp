#include "theus/runtime/describe.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

#include <boost/json/serialize.hpp>

#include "theus/value/json.hpp"

namespace theus {

namespace {

std::string to_text(bool value) { return value ? "true" : "false"; }

std::string to_text(double value) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string to_text(const std::vector<std::string>& values) {
  std::string text;
  for (const auto& each : values) text += (text.empty() ? "" : ", ") + each;
  return text;
}

std::string to_text(const std::optional<journal::wall_time>& when) {
  return when ? theus::to_text(*when) : "none";
}

const char* target_name(journal::withdraw::target what) {
  switch (what) {
    case journal::withdraw::target::activity:
      return "activity";
    case journal::withdraw::target::timer:
      return "timer";
    case journal::withdraw::target::signal:
      return "signal";
    case journal::withdraw::target::child:
      return "child";
    case journal::withdraw::target::promise:
      return "promise";
  }
  return "?";
}

const char* scope_name(journal::open_scope::kind what) {
  return what == journal::open_scope::kind::phase ? "phase" : "loop";
}

std::string text_of(const journal::failure_info& failure) {
  return failure.type + ": " + failure.message;
}

std::string text_of(const journal::close_scope& closed) {
  if (const auto* done = std::get_if<journal::close_scope::completed>(&closed.outcome)) {
    return "completed " + done->result;
  }
  if (const auto* next = std::get_if<journal::close_scope::again>(&closed.outcome)) {
    return "again " + next->state;
  }
  const auto& failed = std::get<journal::scope_failure>(closed.outcome);
  switch (failed.what) {
    case journal::scope_failure::kind::activity_failed:
      return "failed: activity " + failed.activity + ": " + text_of(failed.info);
    case journal::scope_failure::kind::cancelled:
      return "cancelled";
    case journal::scope_failure::kind::failure:
      break;
  }
  return "failed " + text_of(failed.info);
}

struct command_fields {
  using fields = std::vector<command_field>;

  fields operator()(const journal::schedule_activity& c) const {
    return {{"id", c.id.to_string()},
            {"activity", c.activity},
            {"arguments", c.arguments, true},
            {"retry.attempts", std::to_string(c.retry.attempts)},
            {"retry.first_interval_ms", std::to_string(c.retry.first_interval_ms)},
            {"retry.coefficient", to_text(c.retry.coefficient)},
            {"retry.maximum_interval_ms", std::to_string(c.retry.maximum_interval_ms)},
            {"retry.jitter", to_text(c.retry.jitter)},
            {"retry.non_retryable", to_text(c.retry.non_retryable)},
            {"start_to_close_ms", std::to_string(c.start_to_close_ms)},
            {"at_most_once", to_text(c.at_most_once)},
            {"heartbeat_ms", std::to_string(c.timeouts.heartbeat_ms)},
            {"schedule_to_start_ms", std::to_string(c.timeouts.schedule_to_start_ms)},
            {"start_by", to_text(c.timeouts.start_by)},
            {"close_by", to_text(c.timeouts.close_by)}};
  }
  fields operator()(const journal::start_timer& c) const {
    return {{"id", c.id.to_string()}, {"deadline", theus::to_text(c.deadline)}};
  }
  fields operator()(const journal::await_signal& c) const {
    return {{"id", c.id.to_string()}, {"name", c.name}};
  }
  fields operator()(const journal::send_signal& c) const {
    return {{"id", c.id.to_string()},
            {"workflow_id", c.workflow_id},
            {"name", c.name},
            {"value", c.value, true}};
  }
  fields operator()(const journal::withdraw& c) const {
    fields all{{"id", c.id.to_string()},
               {"what", target_name(c.what)},
               {"deadline", c.deadline ? theus::to_text(*c.deadline) : "none"}};
    if (c.what == journal::withdraw::target::child) all.push_back({"workflow_id", c.workflow_id});
    return all;
  }
  fields operator()(const journal::start_child& c) const {
    return {
        {"id", c.id.to_string()},          {"workflow_type", c.workflow_type},
        {"workflow_id", c.workflow_id},    {"arguments", c.arguments, true},
        {"detached", to_text(c.detached)}, {"on_parent_close", journal::name(c.on_parent_close)}};
  }
  fields operator()(const journal::create_promise& c) const { return {{"id", c.id.to_string()}}; }
  fields operator()(const journal::complete_update& c) const {
    const auto* failed = std::get_if<journal::failure_info>(&c.outcome);
    if (failed) return {{"update_id", c.update_id}, {"failure", text_of(*failed)}};
    return {{"update_id", c.update_id}, {"answer", std::get<journal::payload>(c.outcome), true}};
  }
  fields operator()(const journal::complete_run& c) const { return {{"result", c.result, true}}; }
  fields operator()(const journal::fail_run& c) const {
    return {{"type", c.failure.type},
            {"message", c.failure.message},
            {"cause", c.failure.cause.empty() ? "none" : c.failure.cause.front().type},
            {"cancelled", to_text(c.cancelled)}};
  }
  fields operator()(const journal::open_scope& c) const {
    return {{"id", c.id.to_string()},
            {"what", scope_name(c.what)},
            {"name", c.name},
            {"arguments", c.arguments, true}};
  }
  fields operator()(const journal::close_scope& c) const {
    return {{"id", c.id.to_string()},
            {"iteration", std::to_string(c.iteration)},
            {"outcome", text_of(c)},
            {"root", c.root.to_string()},
            {"changes", std::to_string(c.changes.size()) + " bytes"},
            {"signals", std::to_string(c.consumed.size())},
            {"moment", std::to_string(c.moment)},
            {"behind_events", std::to_string(c.behind_events)}};
  }
  fields operator()(const journal::version_marker& c) const {
    return {{"scope", c.scope}, {"change", c.change}, {"version", std::to_string(c.version)}};
  }
};

struct command_line {
  std::string operator()(const journal::schedule_activity& c) const {
    const auto& limits = c.timeouts;
    std::string line = "#" + c.id.to_string() + " call " + c.activity + " " + c.arguments;
    if (limits.heartbeat_ms != 0) {
      line += ", heartbeats within " + std::to_string(limits.heartbeat_ms) + " ms";
    }
    if (limits.start_by) line += ", begins by " + theus::to_text(*limits.start_by);
    if (limits.close_by) line += ", ends by " + theus::to_text(*limits.close_by);
    return line;
  }
  std::string operator()(const journal::start_timer& c) const {
    return "#" + c.id.to_string() + " sleep until " + theus::to_text(c.deadline);
  }
  std::string operator()(const journal::await_signal& c) const {
    return "#" + c.id.to_string() + " receive " + c.name;
  }
  std::string operator()(const journal::send_signal& c) const {
    return "#" + c.id.to_string() + " signal " + c.workflow_id + " " + c.name + " " + c.value;
  }
  std::string operator()(const journal::withdraw& c) const {
    return "#" + c.id.to_string() + " withdraw " + target_name(c.what);
  }
  std::string operator()(const journal::start_child& c) const {
    const auto named = c.workflow_id.empty() ? "" : " '" + c.workflow_id + "'";
    return "#" + c.id.to_string() + (c.detached ? " start " : " child ") + c.workflow_type + named +
           " " + c.arguments +
           (c.on_parent_close == journal::parent_close::usual
                ? std::string()
                : std::string(", on parent close ") + journal::name(c.on_parent_close));
  }
  std::string operator()(const journal::create_promise& c) const {
    return "#" + c.id.to_string() + " promise";
  }
  std::string operator()(const journal::complete_update& c) const {
    const auto* failed = std::get_if<journal::failure_info>(&c.outcome);
    return "update '" + c.update_id + "' " +
           (failed ? "failed " + text_of(*failed)
                   : "completed " + std::get<journal::payload>(c.outcome));
  }
  std::string operator()(const journal::complete_run& c) const { return "complete " + c.result; }
  std::string operator()(const journal::fail_run& c) const {
    return (c.cancelled ? "cancelled " : "fail ") + text_of(c.failure);
  }
  std::string operator()(const journal::open_scope& c) const {
    return "#" + c.id.to_string() + " " + scope_name(c.what) + " " + c.name + " " + c.arguments;
  }
  std::string operator()(const journal::close_scope& c) const {
    const auto iteration = c.iteration == 0 ? "" : " iteration " + std::to_string(c.iteration);
    return "#" + c.id.to_string() + iteration + " " + text_of(c);
  }
  std::string operator()(const journal::version_marker& c) const {
    const auto where = c.scope.empty() ? std::string() : "#" + c.scope + " ";
    return where + "version " + c.change + " " + std::to_string(c.version);
  }
};

struct event_line {
  std::string operator()(const journal::started& e) const {
    return "started " + e.workflow_type + " " + e.arguments +
           (e.parent
                ? " by run " + e.parent->sender.to_string() + " #" + e.parent->command.to_string()
                : "");
  }
  std::string operator()(const journal::activity_completed& e) const {
    const auto* failed = std::get_if<journal::failure_info>(&e.outcome);
    const auto tries = e.attempt == 1 ? "" : " (attempt " + std::to_string(e.attempt) + ")";
    return "#" + e.command.to_string() + " " +
           (failed ? "failed " + text_of(*failed)
                   : "completed " + std::get<journal::payload>(e.outcome)) +
           tries;
  }
  std::string operator()(const journal::attempt_failed& e) const {
    return "#" + e.command.to_string() + " attempt " + std::to_string(e.attempt) + " failed " +
           text_of(e.failure) + ", next at " + theus::to_text(e.next_attempt);
  }
  std::string operator()(const journal::attempt_started& e) const {
    return "#" + e.command.to_string() + " attempt " + std::to_string(e.attempt) + " started";
  }
  std::string operator()(const journal::timer_fired& e) const {
    return "#" + e.command.to_string() + " timer fired, due " + theus::to_text(e.deadline);
  }
  std::string operator()(const journal::signal_received& e) const {
    return "signal " + e.name + " " + e.value +
           (e.from ? " from run " + e.from->sender.to_string() : "");
  }
  std::string operator()(const journal::child_ended& e) const {
    using ending = journal::child_ended::ending;
    const auto who = "#" + e.command.to_string() + " child '" + e.workflow_id + "' ";
    if (e.how == ending::completed) {
      return who + "completed " + std::get<journal::payload>(e.outcome);
    }
    const char* how = e.how == ending::failed      ? "failed "
                      : e.how == ending::cancelled ? "cancelled: "
                      : e.how == ending::refused   ? "refused: "
                                                   : "terminated: ";
    return who + how + text_of(std::get<journal::failure_info>(e.outcome));
  }
  std::string operator()(const journal::promise_settled& e) const {
    const auto* failed = std::get_if<journal::failure_info>(&e.outcome);
    return "#" + e.command.to_string() + " promise " +
           (failed ? "rejected " + text_of(*failed)
                   : "resolved " + std::get<journal::payload>(e.outcome));
  }
  std::string operator()(const journal::cancel_requested& e) const {
    return "cancel requested" + behind(e.reason);
  }
  std::string operator()(const journal::terminated& e) const {
    return "terminated" + behind(e.reason);
  }
  std::string operator()(const journal::paused& e) const { return "paused" + behind(e.reason); }
  std::string operator()(const journal::resumed&) const { return "resumed"; }
  std::string operator()(const journal::update_accepted& e) const {
    return "update " + e.name + " " + e.arguments + " accepted as '" + e.update_id + "'";
  }

 private:
  static std::string behind(const std::string& reason) {
    return reason.empty() ? "" : ": " + reason;
  }
};

}  // namespace

const char* kind_name(const journal::command& c) {
  static constexpr std::array names{
      "schedule_activity", "start_timer",    "await_signal",   "send_signal", "withdraw",
      "complete_run",      "fail_run",       "open_scope",     "close_scope", "version_marker",
      "start_child",       "create_promise", "complete_update"};
  static_assert(names.size() == std::variant_size_v<journal::command>);
  return names[c.index()];
}

const char* kind_name(const journal::event& e) {
  static constexpr std::array names{
      "started",         "activity_completed", "attempt_failed",   "attempt_started",
      "timer_fired",     "signal_received",    "cancel_requested", "child_ended",
      "promise_settled", "terminated",         "paused",           "resumed",
      "update_accepted"};
  static_assert(names.size() == std::variant_size_v<journal::event>);
  return names[e.index()];
}

std::vector<command_field> fields_of(const journal::command& c) {
  return std::visit(command_fields{}, c);
}

std::string describe(const journal::command& c) { return std::visit(command_line{}, c); }

std::string describe(const journal::event& e) { return std::visit(event_line{}, e); }

std::string to_text(journal::wall_time t) {
  using namespace std::chrono;
  const auto day = floor<days>(t);
  const year_month_day date{day};
  const hh_mm_ss clock{t - day};
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return text.data();
}

std::string describe(const value& v) {
  const auto json = to_json(v);  // which has no infinity
  return json ? boost::json::serialize(*json) : "a number that is not finite";
}

std::string brief(std::string text) {
  constexpr std::size_t most = 400;
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // UTF-8
  return text.substr(0, end) + "… (" + std::to_string(text.size()) + " bytes)";
}

}  // namespace theus
