#include "control_frames.hpp"

#include <control.capnp.h>

#include <cstring>
#include <utility>

#include <capnp/message.h>
#include <capnp/serialize.h>

#include "control_counters.hpp"

namespace theus::control {
namespace {

constexpr std::uint8_t any_status = 255;
constexpr std::size_t max_failure_depth = 16;

// ---- writing

capnp::Text::Reader text(const std::string& s) { return {s.c_str(), s.size()}; }
capnp::Data::Reader data(const std::string& s) {
  return {reinterpret_cast<const kj::byte*>(s.data()), s.size()};
}
capnp::Data::Reader data(const journal::run_id& run) {
  return {run.bytes.data(), run.bytes.size()};
}
capnp::Data::Reader data(const journal::hash256& hash) {
  return {hash.bytes.data(), hash.bytes.size()};
}
std::int64_t micros(journal::wall_time t) { return t.time_since_epoch().count(); }

void write(wire::Failure::Builder to, const journal::failure_info& from) {
  to.setType(text(from.type));
  to.setMessage(text(from.message));
  if (!from.cause.empty()) write(to.initCause(), from.cause.front());
}

void write(wire::Instance::Builder to, const journal::instance_row& from) {
  to.setRun(data(from.run));
  to.setWorkflowId(text(from.workflow_id));
  to.setWorkflowType(text(from.workflow_type));
  to.setRequestId(text(from.request_id));
  to.setStatus(static_cast<std::uint8_t>(from.status));
  to.setStartedAt(micros(from.started_at));
  to.setClosed(from.closed_at.has_value());
  if (from.closed_at) to.setClosedAt(micros(*from.closed_at));
}

void write(capnp::List<capnp::Data>::Builder to, const std::vector<std::string>& from) {
  for (unsigned i = 0; i < to.size(); ++i) to.set(i, data(from[i]));
}

struct request_writer {
  wire::Request::Builder to;

  void operator()(const start_request& r) {
    auto start = to.initStart();
    start.setWorkflowType(text(r.workflow_type));
    start.setWorkflowId(text(r.workflow_id));
    start.setRequestId(text(r.request_id));
    start.setArguments(text(r.arguments));
  }
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

  static void part(wire::CheckpointPart::Builder to, const journal::checkpoint_id& id,
                   std::uint64_t from) {
    to.setRun(data(id.run));
    to.setAt(number(id.at));
    to.setFrom(from);
  }
};

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
};

result<std::string> frame_of(capnp::MallocMessageBuilder& message, std::size_t max_bytes) {
  const auto segments = message.getSegmentsForOutput();
  const std::size_t size = capnp::computeSerializedSizeInWords(segments) * sizeof(capnp::word);
  if (size > max_bytes) return too_large(size, max_bytes);
  const auto flat = capnp::messageToFlatArray(segments);
  const auto bytes = flat.asBytes();
  return framed(std::string_view(reinterpret_cast<const char*>(bytes.begin()), bytes.size()));
}

// ---- reading

std::string string_of(capnp::Text::Reader t) { return {t.cStr(), t.size()}; }
std::string string_of(capnp::Data::Reader d) {
  return {reinterpret_cast<const char*>(d.begin()), d.size()};
}
journal::wall_time time_of(std::int64_t micros) {
  return journal::wall_time(std::chrono::microseconds(micros));
}

std::span<const std::uint8_t> bytes_of(capnp::Data::Reader d) { return {d.begin(), d.size()}; }
journal::run_id run_of(capnp::Data::Reader d) { return run_in(bytes_of(d)); }
std::vector<journal::hash256> hashes_of(capnp::Data::Reader d) { return hashes_in(bytes_of(d)); }

journal::checkpoint_id checkpoint_of(wire::CheckpointPart::Reader from) {
  return {run_of(from.getRun()), journal::sequence{from.getAt()}};
}

std::vector<std::string> strings_of(capnp::List<capnp::Data>::Reader from) {
  std::vector<std::string> strings;
  for (const auto each : from) strings.push_back(string_of(each));
  return strings;
}

journal::failure_info failure_of(wire::Failure::Reader from, std::size_t depth = 1) {
  if (depth > max_failure_depth) throw malformed{"a failure with too many causes"};
  journal::failure_info info{string_of(from.getType()), string_of(from.getMessage()), {}};
  if (from.hasCause()) info.cause.push_back(failure_of(from.getCause(), depth + 1));
  return info;
}

journal::instance_row instance_of(wire::Instance::Reader from) {
  journal::instance_row row;
  row.run = run_of(from.getRun());
  row.workflow_id = string_of(from.getWorkflowId());
  row.workflow_type = string_of(from.getWorkflowType());
  row.request_id = string_of(from.getRequestId());
  row.status = status_in(from.getStatus());
  row.started_at = time_of(from.getStartedAt());
  if (from.getClosed()) row.closed_at = time_of(from.getClosedAt());
  return row;
}

list_instances list_of(wire::ListRuns::Reader from) {
  list_instances list;
  if (from.getStatus() != any_status) list.filter.status = status_in(from.getStatus());
  list.filter.workflow_type = string_of(from.getWorkflowType());
  if (from.getAfter().size() != 0) list.filter.after = run_of(from.getAfter());
  list.limit = from.getLimit();
  return list;
}

request request_of(wire::Request::Reader from) {
  switch (from.which()) {
    case wire::Request::START: {
      const auto start = from.getStart();
      return start_request{string_of(start.getWorkflowType()), string_of(start.getWorkflowId()),
                           string_of(start.getRequestId()), string_of(start.getArguments())};
    }
    case wire::Request::SIGNAL: {
      const auto signal = from.getSignal();
      return signal_request{string_of(signal.getWorkflowId()), string_of(signal.getName()),
                            string_of(signal.getValue()), string_of(signal.getRequestId())};
    }
    case wire::Request::CANCEL:
      return cancel_run{string_of(from.getCancel().getWorkflowId()),
                        string_of(from.getCancel().getReason())};
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
  }
  throw malformed{"a request this build does not know"};
}

error error_of(wire::Error::Reader from) {
  const auto code = from.getCode();
  if (code == 0) throw malformed{"an error without a code"};
  return {static_cast<errc>(code), string_of(from.getMessage())};
}

run_outcome outcome_of(wire::Outcome::Reader from) {
  return {run_of(from.getRun()), status_in(from.getStatus()), string_of(from.getResult()),
          failure_of(from.getFailure())};
}

instance_page instances_of(wire::Instances::Reader from) {
  instance_page page;
  page.is_last = from.getIsLast();
  for (const auto row : from.getRows()) page.rows.push_back(instance_of(row));
  return page;
}

record_page records_of(wire::Records::Reader from) {
  return {strings_of(from.getRaw()), from.getIsLast()};
}

std::vector<stuck_run> stuck_of(wire::Stuck::Reader from) {
  std::vector<stuck_run> runs;
  for (const auto run : from.getRuns()) {
    runs.push_back({run_of(run.getRun()), string_of(run.getWorkflowId()),
                    string_of(run.getReason()), run.getFailedTurns(), time_of(run.getNextTry())});
  }
  return runs;
}

runtime_status status_of(wire::Status::Reader from) {
  runtime_status status{from.getProcessId(), string_of(from.getTrouble()), {}};
  for (const auto counter : from.getCounters()) {
    const auto name = string_of(counter.getName());
    for (const auto& [known, field] : counter_fields) {
      if (name == known) status.counters.*field = counter.getValue();
    }
  }
  return status;
}

checkpoint_list list_of(wire::Checkpoints::Reader from) {
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

taken_checkpoint taken_of(wire::Taken::Reader from) {
  return {journal::sequence{from.getAt()},
          journal::sequence{from.getFrom()},
          from.getRecords(),
          from.getSteps(),
          from.getNodes(),
          from.getBytes(),
          strings_of(from.getDamaged())};
}

reply reply_of(wire::Reply::Reader from) {
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
  }
  throw malformed{"a reply this build does not know"};
}

// Cap'n Proto reads words: the bytes are copied to where words may lie. `read` gets the message.
template <class Message, class Read>
result<numbered<Message>> decoded(std::span<const std::uint8_t> message, Read read) {
  if (auto ok = check_segments(message); !ok) return ok.error();
  const std::size_t word_count = message.size() / sizeof(capnp::word);
  try {
    auto words = kj::heapArray<capnp::word>(word_count);
    std::memcpy(words.begin(), message.data(), message.size());
    capnp::ReaderOptions limits;
    limits.traversalLimitInWords = 2 * word_count + 1'024;
    limits.nestingLimit = max_nesting;
    capnp::FlatArrayMessageReader reader(words, limits);
    return read(reader);
  } catch (const malformed& e) {
    return bad_frame(e.why);
  } catch (const kj::Exception& e) {
    return bad_frame(std::string(e.getDescription().cStr(), e.getDescription().size()));
  }
}

}  // namespace

result<std::string> encode(std::uint64_t number, const request& what) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<wire::Request>();
  root.setVersion(wire::VERSION);
  root.setNumber(number);
  std::visit(request_writer{root}, what);
  return frame_of(message, max_frame_bytes);
}

result<std::string> encode(std::uint64_t number, const reply& what) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<wire::Reply>();
  root.setNumber(number);
  std::visit(reply_writer{root}, what);
  return frame_of(message, max_frame_bytes);
}

result<numbered<request>> decode_request(std::span<const std::uint8_t> message) {
  return decoded<request>(message,
                          [](capnp::FlatArrayMessageReader& reader) -> result<numbered<request>> {
                            const auto root = reader.getRoot<wire::Request>();
                            if (root.getVersion() != wire::VERSION) {
                              return other_version(root.getVersion(), wire::VERSION);
                            }
                            return numbered<request>{root.getNumber(), request_of(root)};
                          });
}

result<numbered<reply>> decode_reply(std::span<const std::uint8_t> message) {
  return decoded<reply>(message,
                        [](capnp::FlatArrayMessageReader& reader) -> result<numbered<reply>> {
                          const auto root = reader.getRoot<wire::Reply>();
                          return numbered<reply>{root.getNumber(), reply_of(root)};
                        });
}

}  // namespace theus::control
