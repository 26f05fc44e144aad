#include <set>

#include "theus/journal/blob_mentions.hpp"
#include "theus/journal/rows.hpp"

namespace theus::journal {
namespace {

class derivation {
 public:
  derivation(run_id run, const record& r, std::vector<row_change>& to)
      : run_(run), record_(r), changes_(to) {}

  void operator()(const started& e) {
    changes_.push_back(open_instance{{run_, e.workflow_id, e.workflow_type, e.request_id,
                                      run_status::running, record_.time, std::nullopt, e.parent}});
  }
  void operator()(const child_ended& e) { changes_.push_back(erase_child{run_, e.command}); }
  void operator()(const terminated& e) {
    ended_ = close_instance{run_, run_status::terminated, record_.time,
                            failure_info{"terminated", e.reason, {}}};
  }
  void operator()(const paused&) { changes_.push_back(hold_instance{run_, true}); }
  void operator()(const resumed&) { changes_.push_back(hold_instance{run_, false}); }
  void operator()(const promise_settled&) {}
  void operator()(const update_accepted&) {}
  void operator()(const activity_completed& e) { end_attempt(e.command, e.scheduled_for); }
  void operator()(const attempt_failed& e) {
    end_attempt(e.command, e.scheduled_for);
    changes_.push_back(put_timer{retry_of(e.command, e.next_attempt)});
  }
  void operator()(const attempt_started&) {}
  void operator()(const timer_fired& e) {
    fired_.insert(e.command);
    changes_.push_back(erase_timer{timer_of(e.command, e.deadline)});
  }
  void operator()(const signal_received&) {}
  void operator()(const cancel_requested&) {}

  void operator()(const schedule_activity& c) { changes_.push_back(put_task{run_, c.id}); }
  // A turn that consumes an intake may ask for a timer and, its own time being later, see it fire.
  void operator()(const start_timer& c) {
    if (fired_.contains(c.id)) return;
    changes_.push_back(put_timer{timer_of(c.id, c.deadline)});
  }
  void operator()(const await_signal&) {}
  void operator()(const send_signal& c) { changes_.push_back(put_message{{run_, c}}); }
  void operator()(const withdraw& c) {
    switch (c.what) {
      case withdraw::target::activity:
        end_attempt(c.id, c.deadline);
        break;
      case withdraw::target::timer:
        if (c.deadline) changes_.push_back(erase_timer{timer_of(c.id, *c.deadline)});
        break;
      case withdraw::target::signal:
      case withdraw::target::promise:
        break;
      case withdraw::target::child:
        changes_.push_back(erase_child{run_, c.id});
        changes_.push_back(put_message{
            {run_, anchor::child_cancel{c.id, child_workflow_id(run_, c.id, c.workflow_id)}}});
        break;
    }
  }
  void operator()(const start_child& c) {
    start_child named = c;
    named.workflow_id = child_workflow_id(run_, c.id, c.workflow_id);
    if (c.closing() != parent_close::abandon) {
      changes_.push_back(put_child{run_, {c.id, named.workflow_id, c.closing()}});
    }
    changes_.push_back(put_message{{run_, std::move(named)}});
  }
  void operator()(const complete_run& c) {
    ended_ = close_instance{run_, run_status::completed, record_.time, c.result};
  }
  void operator()(const fail_run& c) {
    ended_ = close_instance{run_, c.cancelled ? run_status::cancelled : run_status::failed,
                            record_.time, c.failure};
  }

  void operator()(const create_promise&) {}
  void operator()(const complete_update&) {}
  void operator()(const open_scope&) {}
  void operator()(const close_scope&) {}
  void operator()(const version_marker&) {}

  void consumed(sequence through) {
    if (through != before_first) changes_.push_back(erase_backlog{run_, through});
  }
  void unconsumed_intake() { changes_.push_back(put_backlog{{run_, record_.at}}); }

  // The end of a run takes everything away that the same record put there.
  void finish() {
    if (ended_) {
      changes_.push_back(std::move(*ended_));
      changes_.push_back(erase_wakeups{run_});
    }
  }

 private:
  timer_row timer_of(const command_id& id, wall_time due) const {
    return {due, run_, id, timer_row::purpose::timer};
  }
  timer_row retry_of(const command_id& id, wall_time due) const {
    return {due, run_, id, timer_row::purpose::retry};
  }
  // A first attempt waits in a task row, a later one in a retry row.
  void end_attempt(const command_id& id, const std::optional<wall_time>& retry_due) {
    if (retry_due) {
      changes_.push_back(erase_timer{retry_of(id, *retry_due)});
    } else {
      changes_.push_back(erase_task{run_, id});
    }
  }

  run_id run_;
  const record& record_;
  std::vector<row_change>& changes_;
  std::set<command_id> fired_;
  std::optional<close_instance> ended_;
};

}  // namespace

const char* name(run_status status) {
  switch (status) {
    case run_status::running:
      return "running";
    case run_status::completed:
      return "completed";
    case run_status::failed:
      return "failed";
    case run_status::cancelled:
      return "cancelled";
    case run_status::terminated:
      return "terminated";
  }
  return "unknown";
}

message_id id_of(const message_row& row) {
  using kind = message_id::kind;
  struct visitor {
    run_id sender;

    message_id operator()(const send_signal& m) const { return {sender, m.id, kind::signal}; }
    message_id operator()(const start_child& m) const { return {sender, m.id, kind::start}; }
    message_id operator()(const anchor::child_cancel& m) const {
      return {sender, m.id, kind::cancel};
    }
    message_id operator()(const child_report&) const { return {sender, {}, kind::ending}; }
    message_id operator()(const child_terminate& m) const {
      return {sender, m.id, kind::terminate};
    }
  };
  return std::visit(visitor{row.sender}, row.message);
}

std::vector<row_change> derive(run_id run, const record& r) {
  std::vector<row_change> changes;
  derive(run, r, changes);
  return changes;
}

void derive(run_id run, const record& r, std::vector<row_change>& to) {
  derivation derived(run, r, to);
  if (const auto* t = std::get_if<turn>(&r.body)) {
    derived.consumed(t->consumed_through);
    for (const event& e : t->events) std::visit(derived, e);
    for (const command& c : t->commands) std::visit(derived, c);
  } else if (const auto* i = std::get_if<intake>(&r.body)) {
    bool waits = false;
    for (const event& e : i->events) {
      std::visit(derived, e);
      waits = waits || needs_turn(e);
    }
    if (waits) derived.unconsumed_intake();
  } else {
    to.push_back(put_anchor{run, r.at, std::get<anchor>(r.body).through});
  }
  derived.finish();
  for (const hash256& blob : blobs_in(r)) to.push_back(put_blob{{run, r.at, blob}});
}

std::vector<row_change> rows_behind(run_id run, const anchor& a) {
  std::vector<row_change> rows{
      open_instance{{run, a.workflow_id, a.workflow_type, a.request_id, run_status::running,
                     a.started_at, std::nullopt, a.parent}}};
  using purpose = timer_row::purpose;
  for (const anchor::wakeup& w : a.wakeups) {
    rows.push_back(
        put_timer{{w.due, run, w.command, w.is_retry ? purpose::retry : purpose::timer}});
  }
  for (const send_signal& m : a.messages) rows.push_back(put_message{{run, m}});
  for (const start_child& c : a.starts) rows.push_back(put_message{{run, c}});
  for (const anchor::child_cancel& c : a.cancels) rows.push_back(put_message{{run, c}});
  for (const anchor::open_child& c : a.children) rows.push_back(put_child{run, c});
  return rows;
}

}  // namespace theus::journal
