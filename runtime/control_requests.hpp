#pragma once

#include "control_parts.hpp"

// Requests to and from their form on the wire.
namespace theus::control {

struct request_writer {
  wire::Request::Builder to;

  void operator()(const start_request& r) { write_start(to.initStart(), r); }
  void operator()(const signal_request& r) {
    auto signal = to.initSignal();
    signal.setWorkflowId(text(r.workflow_id));
    signal.setName(text(r.name));
    signal.setValue(text(r.value));
    signal.setRequestId(text(r.request_id));
  }
  void operator()(const cancel_run& r) {
    auto cancel = to.initCancel();
    cancel.setWorkflowId(text(r.workflow_id));
    cancel.setReason(text(r.reason));
  }
  void operator()(const terminate_run& r) {
    auto end = to.initTerminate();
    end.setWorkflowId(text(r.workflow_id));
    end.setReason(text(r.reason));
  }
  void operator()(const pause_run& r) {
    auto pause = to.initPause();
    pause.setWorkflowId(text(r.workflow_id));
    pause.setReason(text(r.reason));
  }
  void operator()(const resume_run& r) { to.setResume(text(r.workflow_id)); }
  void operator()(const wait_for_outcome& r) { to.setWait(text(r.workflow_id)); }
  void operator()(const list_instances& r) {
    auto list = to.initList();
    if (r.filter.status) list.setStatus(static_cast<std::uint8_t>(*r.filter.status));
    list.setWorkflowType(text(r.filter.workflow_type));
    if (r.filter.after) list.setAfter(data(*r.filter.after));
    list.setLimit(r.limit);
  }
  void operator()(const find_run& r) { to.setFind(text(r.id)); }
  void operator()(const read_history& r) {
    auto history = to.initHistory();
    history.setRun(data(r.run));
    history.setFrom(number(r.from));
    history.setLimit(r.limit);
  }
  void operator()(const list_stuck&) { to.setStuck(); }
  void operator()(const ask_status&) { to.setStatus(); }
  void operator()(const retry_run& r) { to.setRetry(text(r.workflow_id)); }
  void operator()(const import_run& r) {
    auto import = to.initImport();
    import.setRun(data(r.run.run));
    write(import.initRaw(static_cast<unsigned>(r.run.records.size())), r.run.records);
  }
  void operator()(const list_checkpoints& r) { to.setCheckpoints(data(r.run)); }
  void operator()(const read_checkpoint& r) { part(to.initCheckpoint(), r.id, r.from); }
  void operator()(const read_nodes& r) { to.setNodes(data(joined(r.wanted))); }
  void operator()(const take_one& r) { to.setTakeCheckpoint(data(r.run)); }
  void operator()(const verify_one& r) { part(to.initVerifyCheckpoint(), r.id, 0); }
  void operator()(const trim_run& r) { to.setTrim(data(r.run)); }
  void operator()(const query_request& r) {
    auto query = to.initQuery();
    query.setId(text(r.id));
    query.setName(text(r.name));
    query.setArguments(text(r.arguments));
  }

  void operator()(const settle_request& r) {
    auto settle = to.initSettle();
    settle.setToken(text(r.token));
    if (const auto* value = std::get_if<journal::payload>(&r.outcome)) {
      settle.setValue(text(*value));
    } else {
      write(settle.initFailure(), std::get<journal::failure_info>(r.outcome));
    }
  }

  void operator()(const update_request& r) {
    auto update = to.initUpdate();
    update.setWorkflowId(text(r.workflow_id));
    update.setName(text(r.name));
    update.setArguments(text(r.arguments));
    update.setUpdateId(text(r.update_id));
    update.setCompleted(r.stage == update_stage::completed);
    if (r.start) write_start(update.initStart(), *r.start);
  }

  static void write_start(wire::Start::Builder to, const start_request& r) {
    to.setWorkflowType(text(r.workflow_type));
    to.setWorkflowId(text(r.workflow_id));
    to.setRequestId(text(r.request_id));
    to.setArguments(text(r.arguments));
    to.setPolicy(static_cast<std::uint8_t>(r.policy));
    if (!r.signal) return;
    auto signal = to.initSignal();
    signal.setName(text(r.signal->name));
    signal.setValue(text(r.signal->value));
  }

  static void part(wire::CheckpointPart::Builder to, const journal::checkpoint_id& id,
                   std::uint64_t from) {
    to.setRun(data(id.run));
    to.setAt(number(id.at));
    to.setFrom(from);
  }
};

inline list_instances list_of(wire::ListRuns::Reader from) {
  list_instances list;
  if (from.getStatus() != any_status) list.filter.status = status_in(from.getStatus());
  list.filter.workflow_type = string_of(from.getWorkflowType());
  if (from.getAfter().size() != 0) list.filter.after = run_of(from.getAfter());
  list.limit = from.getLimit();
  return list;
}

inline start_request start_of(wire::Start::Reader from) {
  if (from.getPolicy() > static_cast<std::uint8_t>(id_policy::after_failure)) {
    throw malformed{"a policy this build does not know"};
  }
  start_request to{string_of(from.getWorkflowType()), string_of(from.getWorkflowId()),
                   string_of(from.getRequestId()), string_of(from.getArguments()),
                   static_cast<id_policy>(from.getPolicy())};
  if (from.hasSignal()) {
    to.signal = {string_of(from.getSignal().getName()), string_of(from.getSignal().getValue())};
  }
  return to;
}

inline update_request update_of(wire::Update::Reader from) {
  update_request to{string_of(from.getWorkflowId()), string_of(from.getName()),
                    string_of(from.getArguments()), string_of(from.getUpdateId()),
                    from.getCompleted() ? update_stage::completed : update_stage::accepted};
  if (from.hasStart()) to.start = start_of(from.getStart());
  return to;
}

inline request request_of(wire::Request::Reader from) {
  switch (from.which()) {
    case wire::Request::START:
      return start_of(from.getStart());
    case wire::Request::SIGNAL: {
      const auto signal = from.getSignal();
      return signal_request{string_of(signal.getWorkflowId()), string_of(signal.getName()),
                            string_of(signal.getValue()), string_of(signal.getRequestId())};
    }
    case wire::Request::CANCEL:
      return cancel_run{string_of(from.getCancel().getWorkflowId()),
                        string_of(from.getCancel().getReason())};
    case wire::Request::TERMINATE:
      return terminate_run{string_of(from.getTerminate().getWorkflowId()),
                           string_of(from.getTerminate().getReason())};
    case wire::Request::PAUSE:
      return pause_run{string_of(from.getPause().getWorkflowId()),
                       string_of(from.getPause().getReason())};
    case wire::Request::RESUME:
      return resume_run{string_of(from.getResume())};
    case wire::Request::WAIT:
      return wait_for_outcome{string_of(from.getWait())};
    case wire::Request::LIST:
      return list_of(from.getList());
    case wire::Request::FIND:
      return find_run{string_of(from.getFind())};
    case wire::Request::HISTORY:
      return read_history{run_of(from.getHistory().getRun()),
                          journal::sequence{from.getHistory().getFrom()},
                          from.getHistory().getLimit()};
    case wire::Request::STUCK:
      return list_stuck{};
    case wire::Request::STATUS:
      return ask_status{};
    case wire::Request::RETRY:
      return retry_run{string_of(from.getRetry())};
    case wire::Request::IMPORT:
      return import_run{{run_of(from.getImport().getRun()), strings_of(from.getImport().getRaw())}};
    case wire::Request::CHECKPOINTS:
      return list_checkpoints{run_of(from.getCheckpoints())};
    case wire::Request::CHECKPOINT:
      return read_checkpoint{checkpoint_of(from.getCheckpoint()), from.getCheckpoint().getFrom()};
    case wire::Request::NODES:
      return read_nodes{hashes_of(from.getNodes())};
    case wire::Request::TAKE_CHECKPOINT:
      return take_one{run_of(from.getTakeCheckpoint())};
    case wire::Request::VERIFY_CHECKPOINT:
      return verify_one{checkpoint_of(from.getVerifyCheckpoint())};
    case wire::Request::TRIM:
      return trim_run{run_of(from.getTrim())};
    case wire::Request::QUERY:
      return query_request{string_of(from.getQuery().getId()), string_of(from.getQuery().getName()),
                           string_of(from.getQuery().getArguments())};
    case wire::Request::UPDATE:
      return update_of(from.getUpdate());
    case wire::Request::SETTLE: {
      const auto settle = from.getSettle();
      settle_request request{string_of(settle.getToken()), string_of(settle.getValue())};
      if (settle.hasFailure()) request.outcome = failure_of(settle.getFailure());
      return request;
    }
  }
  throw malformed{"a request this build does not know"};
}

}  // namespace theus::control
