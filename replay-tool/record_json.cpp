#include "record_json.hpp"

#include "theus/runtime/context_writes.hpp"
#include "theus/runtime/describe.hpp"

#include "json_out.hpp"

namespace theus::tool {
namespace {

// The members of an event behind its kind.
struct event_members {
  json_out& out;

  void operator()(const journal::started& e) const {
    out.member("workflow_id", e.workflow_id);
    out.member("workflow_type", e.workflow_type);
    out.member("request_id", e.request_id);
    out.payload_member("arguments", e.arguments);
    out.member("semantics", std::uint64_t{e.semantics});
    if (e.parent) {
      out.member("parent", e.parent->sender.to_string());
      out.member("parent_id", e.parent->command.to_string());
    }
  }
  void operator()(const journal::child_ended& e) const {
    out.member("id", e.command.to_string());
    out.member("workflow_id", e.workflow_id);
    if (e.run != journal::run_id()) out.member("run", e.run.to_string());
    if (const auto* failed = std::get_if<journal::failure_info>(&e.outcome)) {
      out.member("cancelled", e.how == journal::child_ended::ending::cancelled);
      out.member("refused", e.how == journal::child_ended::ending::refused);
      out.member("terminated", e.how == journal::child_ended::ending::terminated);
      write_failure(out, "failure", *failed);
    } else {
      out.payload_member("result", std::get<journal::payload>(e.outcome));
    }
  }
  void operator()(const journal::activity_completed& e) const {
    attempt(e);
    if (const auto* failed = std::get_if<journal::failure_info>(&e.outcome)) {
      write_failure(out, "failure", *failed);
    } else {
      out.payload_member("result", std::get<journal::payload>(e.outcome));
    }
  }
  void operator()(const journal::attempt_failed& e) const {
    attempt(e);
    write_failure(out, "failure", e.failure);
    out.member("next_attempt", e.next_attempt);
  }
  void operator()(const journal::attempt_started& e) const {
    out.member("id", e.command.to_string());
    out.member("attempt", std::uint64_t{e.attempt});
  }
  void operator()(const journal::timer_fired& e) const {
    out.member("id", e.command.to_string());
    out.member("deadline", e.deadline);
  }
  void operator()(const journal::signal_received& e) const {
    out.member("name", e.name);
    out.payload_member("value", e.value);
    if (e.from) {
      out.member("sender", e.from->sender.to_string());
      out.member("sender_id", e.from->command.to_string());
    }
    if (!e.request_id.empty()) out.member("request_id", e.request_id);
  }
  void operator()(const journal::promise_settled& e) const {
    out.member("id", e.command.to_string());
    if (const auto* value = std::get_if<journal::payload>(&e.outcome)) {
      out.payload_member("value", *value);
    } else {
      write_failure(out, "failure", std::get<journal::failure_info>(e.outcome));
    }
  }
  void operator()(const journal::cancel_requested& e) const { out.member("reason", e.reason); }
  void operator()(const journal::terminated& e) const { out.member("reason", e.reason); }
  void operator()(const journal::paused& e) const { out.member("reason", e.reason); }
  void operator()(const journal::resumed&) const {}
  void operator()(const journal::update_accepted& e) const {
    out.member("update_id", e.update_id);
    out.member("name", e.name);
    out.payload_member("arguments", e.arguments);
  }

 private:
  void attempt(const auto& e) const {
    out.member("id", e.command.to_string());
    out.member("attempt", std::uint64_t{e.attempt});
  }
};

struct command_members {
  json_out& out;

  void operator()(const journal::schedule_activity& c) const {
    out.member("id", c.id.to_string());
    out.member("activity", c.activity);
    out.payload_member("arguments", c.arguments);
    out.raw().name("retry");
    out.raw().begin_object();
    out.member("attempts", std::uint64_t{c.retry.attempts});
    out.member("first_interval_ms", c.retry.first_interval_ms);
    out.member("coefficient", c.retry.coefficient);
    out.member("maximum_interval_ms", c.retry.maximum_interval_ms);
    out.member("jitter", c.retry.jitter);
    out.raw().name("non_retryable");
    out.raw().begin_array();
    for (const auto& type : c.retry.non_retryable) out.text(type);
    out.raw().end_array();
    out.raw().end_object();
    out.member("start_to_close_ms", c.start_to_close_ms);
    out.member("at_most_once", c.at_most_once);
    const auto& timeouts = c.timeouts;
    if (timeouts.heartbeat_ms != 0) out.member("heartbeat_ms", timeouts.heartbeat_ms);
    if (timeouts.schedule_to_start_ms != 0) {
      out.member("schedule_to_start_ms", timeouts.schedule_to_start_ms);
    }
    if (timeouts.start_by) out.member("start_by", *timeouts.start_by);
    if (timeouts.close_by) out.member("close_by", *timeouts.close_by);
  }
  void operator()(const journal::start_timer& c) const {
    out.member("id", c.id.to_string());
    out.member("deadline", c.deadline);
  }
  void operator()(const journal::await_signal& c) const {
    out.member("id", c.id.to_string());
    out.member("name", c.name);
  }
  void operator()(const journal::send_signal& c) const {
    out.member("id", c.id.to_string());
    out.member("workflow_id", c.workflow_id);
    out.member("name", c.name);
    out.payload_member("value", c.value);
  }
  void operator()(const journal::withdraw& c) const { out.member("id", c.id.to_string()); }
  void operator()(const journal::start_child& c) const {
    out.member("id", c.id.to_string());
    out.member("workflow_type", c.workflow_type);
    if (!c.workflow_id.empty()) out.member("workflow_id", c.workflow_id);
    out.payload_member("arguments", c.arguments);
    out.member("detached", c.detached);
    if (c.on_parent_close != journal::parent_close::usual) {
      out.member("on_parent_close", journal::name(c.on_parent_close));
    }
  }
  void operator()(const journal::create_promise& c) const { out.member("id", c.id.to_string()); }
  void operator()(const journal::complete_update& c) const {
    out.member("update_id", c.update_id);
    if (const auto* value = std::get_if<journal::payload>(&c.outcome)) {
      out.payload_member("answer", *value);
    } else {
      write_failure(out, "failure", std::get<journal::failure_info>(c.outcome));
    }
  }
  void operator()(const journal::complete_run& c) const { out.payload_member("result", c.result); }
  void operator()(const journal::fail_run& c) const {
    write_failure(out, "failure", c.failure);
    out.member("cancelled", c.cancelled);
  }
  void operator()(const journal::open_scope& c) const {
    out.member("id", c.id.to_string());
    out.member("what", c.what == journal::open_scope::kind::phase ? "phase" : "loop");
    out.member("name", c.name);
    out.payload_member("arguments", c.arguments);
  }
  void operator()(const journal::close_scope& c) const {
    out.member("id", c.id.to_string());
    if (c.iteration != 0) out.member("iteration", std::uint64_t{c.iteration});
    if (const auto* done = std::get_if<journal::close_scope::completed>(&c.outcome)) {
      out.payload_member("result", done->result);
    } else if (const auto* next = std::get_if<journal::close_scope::again>(&c.outcome)) {
      out.payload_member("again", next->state);
    } else {
      const auto& failed = std::get<journal::scope_failure>(c.outcome);
      if (!failed.activity.empty()) out.member("activity", failed.activity);
      write_failure(out, "failure", failed.info);
      out.member("cancelled", failed.what == journal::scope_failure::kind::cancelled);
    }
    out.member("changes_bytes", std::uint64_t{c.changes.size()});
    out.member("context_root", c.root.to_string());
  }
  void operator()(const journal::version_marker& c) const {
    out.member("scope", c.scope);
    out.member("change", c.change);
    out.raw().name("version");
    out.raw().integer(c.version);
  }
};

template <class Members, class Each>
void write_list(json_out& out, const char* name, const std::vector<Each>& list) {
  out.raw().name(name);
  out.raw().begin_array();
  for (const auto& each : list) {
    out.raw().begin_object();
    out.member("kind", kind_name(each));
    std::visit(Members{out}, each);
    out.raw().end_object();
  }
  out.raw().end_array();
}

// Left out where they cannot be read: nothing depends on them.
void write_writes(json_out& out, const std::string& changes) {
  const auto writes = decode_writes(changes);
  if (!writes || writes->empty()) return;
  out.raw().name("context_writes");
  out.raw().begin_array();
  for (const context_write& each : *writes) {
    out.raw().begin_object();
    out.member("scope", each.scope);
    out.member("path", each.where);
    out.member("to", to_text(each));
    out.raw().end_object();
  }
  out.raw().end_array();
}

}  // namespace

std::string to_json(const journal::stored_record& record) {
  const auto& r = record.value;
  json_out out;
  out.raw().begin_object();
  out.member("sequence", journal::number(r.at));
  const auto* turn = std::get_if<journal::turn>(&r.body);
  const auto* anchor = std::get_if<journal::anchor>(&r.body);
  out.member("record", turn ? "turn" : anchor ? "anchor" : "intake");
  out.member("time", r.time);
  out.member("raw_time", r.raw_time);
  if (turn) {
    if (turn->consumed_through != journal::before_first) {
      out.member("consumed_through", journal::number(turn->consumed_through));
    }
    write_list<event_members>(out, "events", turn->events);
    write_list<command_members>(out, "commands", turn->commands);
    out.member("state_digest", turn->state_digest.to_string());
    write_writes(out, turn->notes.context_changes);
    if (!turn->notes.build.empty()) out.member("build", turn->notes.build);
  } else if (anchor) {
    out.member("through", journal::number(anchor->through));
    out.member("last", anchor->last.to_string());
    out.member("checkpoint", anchor->manifest.to_string());
  } else {
    write_list<event_members>(out, "events", journal::events_of(r));
  }
  out.member("hash", record.hash.to_string());
  out.raw().end_object();
  return out.take();
}

}  // namespace theus::tool
