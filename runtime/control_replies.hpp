#pragma once

#include "control_counters.hpp"
#include "control_parts.hpp"

// Replies to and from their form on the wire.
namespace theus::control {

struct reply_writer {
  wire::Reply::Builder to;

  void operator()(const error& e) {
    auto error = to.initError();
    error.setCode(static_cast<std::uint16_t>(e.code));
    error.setMessage(text(e.message));
  }
  void operator()(const start_reply& r) {
    auto started = to.initStarted();
    started.setRun(data(r.run));
    started.setAlreadyStarted(r.already_started);
  }
  void operator()(const done&) { to.setDone(); }
  void operator()(const run_outcome& r) {
    auto outcome = to.initOutcome();
    outcome.setRun(data(r.run));
    outcome.setStatus(static_cast<std::uint8_t>(r.status));
    outcome.setResult(text(r.result));
    write(outcome.initFailure(), r.failure);
  }
  void operator()(const instance_page& r) {
    auto page = to.initInstances();
    page.setIsLast(r.is_last);
    auto rows = page.initRows(static_cast<unsigned>(r.rows.size()));
    for (unsigned i = 0; i < rows.size(); ++i) write(rows[i], r.rows[i]);
  }
  void operator()(const journal::instance_row& r) { write(to.initFound(), r); }
  void operator()(const record_page& r) {
    auto page = to.initRecords();
    page.setIsLast(r.is_last);
    write(page.initRaw(static_cast<unsigned>(r.raw.size())), r.raw);
  }
  void operator()(const std::vector<stuck_run>& r) {
    auto runs = to.initStuck().initRuns(static_cast<unsigned>(r.size()));
    for (unsigned i = 0; i < runs.size(); ++i) {
      runs[i].setRun(data(r[i].run));
      runs[i].setWorkflowId(text(r[i].workflow_id));
      runs[i].setReason(text(r[i].reason));
      runs[i].setFailedTurns(r[i].failed_turns);
      runs[i].setNextTry(micros(r[i].next_try));
    }
  }
  void operator()(const runtime_status& r) {
    auto status = to.initStatus();
    status.setProcessId(r.process_id);
    status.setTrouble(text(r.trouble));
    auto counters = status.initCounters(counter_fields.size());
    for (unsigned i = 0; i < counter_fields.size(); ++i) {
      counters[i].setName(counter_fields[i].first);
      counters[i].setValue(r.counters.*counter_fields[i].second);
    }
  }
  void operator()(const checkpoint_list& r) {
    auto list = to.initCheckpoints();
    auto rows = list.initRows(static_cast<unsigned>(r.rows.size()));
    for (unsigned i = 0; i < rows.size(); ++i) {
      rows[i].setAt(number(r.rows[i].at));
      rows[i].setDamage(text(r.rows[i].damage));
      rows[i].setBytes(r.rows[i].bytes);
      rows[i].setRoots(r.rows[i].roots);
    }
    if (!r.trimmed) return;
    list.setThrough(number(r.trimmed->through));
    list.setAnchoredAt(number(r.trimmed->at));
    list.setLast(data(r.trimmed->last));
    list.setManifest(data(r.trimmed->manifest));
  }
  void operator()(const checkpoint_piece& r) {
    auto checkpoint = to.initCheckpoint();
    checkpoint.setTotal(r.total);
    checkpoint.setPiece(data(r.bytes));
    checkpoint.setRoots(data(joined(r.roots)));
  }
  void operator()(const node_page& r) {
    write(to.initNodes(static_cast<unsigned>(r.nodes.size())), r.nodes);
  }
  void operator()(const taken_checkpoint& r) {
    auto taken = to.initTaken();
    taken.setAt(number(r.at));
    taken.setFrom(number(r.from));
    taken.setRecords(r.records);
    taken.setSteps(r.steps);
    taken.setNodes(r.nodes);
    taken.setBytes(r.bytes);
    write(taken.initDamaged(static_cast<unsigned>(r.damaged.size())), r.damaged);
  }
  void operator()(const trimmed_through& r) { to.initTrimmed().setThrough(number(r.at)); }
  void operator()(const query_reply& r) { to.setAnswer(text(r.value)); }
  void operator()(const update_reply& r) {
    auto updated = to.initUpdated();
    updated.setRun(data(r.run));
    updated.setUpdateId(text(r.update_id));
    updated.setCompleted(r.outcome.has_value());
    if (!r.outcome) return;
    if (const auto* value = std::get_if<journal::payload>(&*r.outcome)) {
      updated.setValue(text(*value));
    } else {
      write(updated.initFailure(), std::get<journal::failure_info>(*r.outcome));
    }
  }
};

inline error error_of(wire::Error::Reader from) {
  const auto code = from.getCode();
  if (code == 0) throw malformed{"an error without a code"};
  return {static_cast<errc>(code), string_of(from.getMessage())};
}

inline run_outcome outcome_of(wire::Outcome::Reader from) {
  return {run_of(from.getRun()), status_in(from.getStatus()), string_of(from.getResult()),
          failure_of(from.getFailure())};
}

inline instance_page instances_of(wire::Instances::Reader from) {
  instance_page page;
  page.is_last = from.getIsLast();
  for (const auto row : from.getRows()) page.rows.push_back(instance_of(row));
  return page;
}

inline record_page records_of(wire::Records::Reader from) {
  return {strings_of(from.getRaw()), from.getIsLast()};
}

inline std::vector<stuck_run> stuck_of(wire::Stuck::Reader from) {
  std::vector<stuck_run> runs;
  for (const auto run : from.getRuns()) {
    runs.push_back({run_of(run.getRun()), string_of(run.getWorkflowId()),
                    string_of(run.getReason()), run.getFailedTurns(), time_of(run.getNextTry())});
  }
  return runs;
}

inline runtime_status status_of(wire::Status::Reader from) {
  runtime_status status{from.getProcessId(), string_of(from.getTrouble()), {}};
  for (const auto counter : from.getCounters()) {
    const auto name = string_of(counter.getName());
    for (const auto& [known, field] : counter_fields) {
      if (name == known) status.counters.*field = counter.getValue();
    }
  }
  return status;
}

inline checkpoint_list list_of(wire::Checkpoints::Reader from) {
  checkpoint_list list;
  for (const auto row : from.getRows()) {
    list.rows.push_back({journal::sequence{row.getAt()}, string_of(row.getDamage()), row.getBytes(),
                         row.getRoots()});
  }
  if (from.getThrough() == 0) return list;
  list.trimmed = {journal::sequence{from.getThrough()}, journal::sequence{from.getAnchoredAt()},
                  hash_in(bytes_of(from.getLast())), hash_in(bytes_of(from.getManifest()))};
  return list;
}

inline taken_checkpoint taken_of(wire::Taken::Reader from) {
  return {journal::sequence{from.getAt()},
          journal::sequence{from.getFrom()},
          from.getRecords(),
          from.getSteps(),
          from.getNodes(),
          from.getBytes(),
          strings_of(from.getDamaged())};
}

inline update_reply updated_of(wire::Updated::Reader from) {
  update_reply to{run_of(from.getRun()), string_of(from.getUpdateId())};
  if (!from.getCompleted()) return to;
  if (from.hasFailure()) {
    to.outcome = failure_of(from.getFailure());
  } else {
    to.outcome = string_of(from.getValue());
  }
  return to;
}

inline reply reply_of(wire::Reply::Reader from) {
  switch (from.which()) {
    case wire::Reply::ERROR:
      return error_of(from.getError());
    case wire::Reply::STARTED:
      return start_reply{run_of(from.getStarted().getRun()), from.getStarted().getAlreadyStarted()};
    case wire::Reply::DONE:
      return done{};
    case wire::Reply::OUTCOME:
      return outcome_of(from.getOutcome());
    case wire::Reply::INSTANCES:
      return instances_of(from.getInstances());
    case wire::Reply::FOUND:
      return instance_of(from.getFound());
    case wire::Reply::RECORDS:
      return records_of(from.getRecords());
    case wire::Reply::STUCK:
      return stuck_of(from.getStuck());
    case wire::Reply::STATUS:
      return status_of(from.getStatus());
    case wire::Reply::CHECKPOINTS:
      return list_of(from.getCheckpoints());
    case wire::Reply::CHECKPOINT: {
      const auto piece = from.getCheckpoint();
      return checkpoint_piece{piece.getTotal(), string_of(piece.getPiece()),
                              hashes_of(piece.getRoots())};
    }
    case wire::Reply::NODES:
      return node_page{strings_of(from.getNodes())};
    case wire::Reply::TAKEN:
      return taken_of(from.getTaken());
    case wire::Reply::TRIMMED:
      return trimmed_through{journal::sequence{from.getTrimmed().getThrough()}};
    case wire::Reply::ANSWER:
      return query_reply{string_of(from.getAnswer())};
    case wire::Reply::UPDATED:
      return updated_of(from.getUpdated());
  }
  throw malformed{"a reply this build does not know"};
}

}  // namespace theus::control
