#include <records.capnp.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include <capnp/message.h>
#include <capnp/serialize.h>

#include "theus/journal/codec.hpp"

#include "packing.hpp"
#include "record_size.hpp"
#include "word_buffer.hpp"

namespace theus::journal {
namespace {

static_assert(std::endian::native == std::endian::little,
              "hashes are copied into words as they lie in memory");

// Words whose bytes are a hash's or an id's, as records.capnp lays them out.
using hash_words = std::array<std::uint64_t, 4>;
using run_words = std::array<std::uint64_t, 2>;

constexpr std::string_view null_payload = "null";
constexpr int nesting_limit = 64;

std::uint64_t microseconds(wall_time t) { return std::uint64_t(t.time_since_epoch().count()); }

wall_time wall_time_of(std::uint64_t value) {
  return wall_time(std::chrono::microseconds(std::int64_t(value)));
}

// ---- writing

class writer {
 public:
  explicit writer(wall_time raw_time) : base_(microseconds(raw_time)) {}

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
  static capnp::Text::Reader text(const std::string& value) {
    return capnp::Text::Reader(value.c_str(), value.size());
  }
  std::uint64_t distance(wall_time t) const {
    const std::uint64_t d = microseconds(t) - base_;
    return (d << 1) ^ (0 - (d >> 63));
  }
  template <class Group>
  static void identity(Group to, const command_id& id) {
    to.setNumber(id.number);
    if (!id.scope.empty()) to.setScope(text(id.scope));
  }
  template <class Group>
  void attempt(Group to, const auto& e) const {
    to.setAttempt(e.attempt);
    to.setHasScheduledFor(e.scheduled_for.has_value());
    if (e.scheduled_for) to.setScheduledFor(distance(*e.scheduled_for));
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
    failed.setNextAttempt(distance(e.next_attempt));
    failure(failed.initFailure(), e.failure);
  }
  void write(form::Event::Builder to, const attempt_started& e) const {
    auto begun = to.initAttemptStarted();
    begun.setAttempt(e.attempt);
    identity(begun, e.command);
  }
  void write(form::Event::Builder to, const timer_fired& e) const {
    auto fired = to.initTimerFired();
    fired.setDeadline(distance(e.deadline));
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
    timer.setDeadline(distance(c.deadline));
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
    if (c.deadline) gone.setDeadline(distance(*c.deadline));
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

  std::uint64_t base_;
};

void write_record(form::Record::Builder to, const record& r) {
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
  } else {
    to.setKind(form::Kind::INTAKE);
    write.events(to, std::get<intake>(r.body).events);
  }
}

// ---- reading

// Thrown and caught in this file, so that a malformed record unwinds from any depth.
struct malformed {
  errc code;
  std::string what;
};

[[noreturn]] void refuse(std::string what) { throw malformed{errc::corrupt, std::move(what)}; }
[[noreturn]] void exceeds(const std::string& what) {
  throw malformed{errc::limit_exceeded, what + " than its limit allows"};
}

class reader {
 public:
  reader(std::int64_t raw_time, const limits& bounds)
      : base_(std::uint64_t(raw_time)), bounds_(bounds) {}

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
  static std::string text(capnp::Text::Reader value) {
    return std::string(value.begin(), value.size());
  }
  static payload data(bool present, auto get) {
    return present ? text(get()) : payload(null_payload);
  }
  wall_time time(std::uint64_t distance) const {
    return wall_time_of(base_ + ((distance >> 1) ^ (0 - (distance & 1))));
  }
  template <class Group>
  static command_id identity(Group from) {
    return {from.hasScope() ? text(from.getScope()) : std::string(), from.getNumber()};
  }
  template <class Group>
  std::optional<wall_time> scheduled(Group from) const {
    if (!from.getHasScheduledFor()) return std::nullopt;
    return time(from.getScheduledFor());
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
                              time(e.getNextAttempt())};
      }
      case form::Event::ATTEMPT_STARTED: {
        auto e = from.getAttemptStarted();
        return attempt_started{identity(e), e.getAttempt()};
      }
      case form::Event::TIMER_FIRED: {
        auto e = from.getTimerFired();
        return timer_fired{identity(e), time(e.getDeadline())};
      }
      case form::Event::SIGNAL_RECEIVED: {
        auto e = from.getSignalReceived();
        return signal_received{text(e.getName()), data(e.hasValue(), [&] { return e.getValue(); }),
                               sender(e), text(e.getRequestId())};
      }
      case form::Event::CANCEL_REQUESTED:
        return cancel_requested{text(from.getCancelRequested().getReason())};
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
        return start_timer{identity(c), time(c.getDeadline())};
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
        if (c.getHasDeadline()) to.deadline = time(c.getDeadline());
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
    }
    refuse("a command of kind " + std::to_string(unsigned(from.which())) + " is unknown");
  }

  std::uint64_t base_;
  const limits& bounds_;
};

record read_record(form::Record::Reader from, const limits& bounds) {
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
  } else {
    refuse("a record of kind " + std::to_string(unsigned(from.getKind())) + " is unknown");
  }
  return r;
}

// The words from the second one on: the segment behind its table.
kj::ArrayPtr<capnp::word> segment_in(word_buffer& buffer, std::size_t words) {
  return kj::arrayPtr(reinterpret_cast<capnp::word*>(buffer.data()) + 1, words - 1);
}

// Of a segment table with one segment: its words, and the table's own one.
std::size_t one_segment_words(std::span<const std::uint8_t> bytes) {
  std::array<std::uint32_t, 2> table;
  std::memcpy(table.data(), bytes.data(), sizeof table);
  if (table[0] != 0) refuse("it has " + std::to_string(std::uint64_t(table[0]) + 1) + " segments");
  return std::size_t(table[1]) + 1;
}

record decode_packed(std::span<const std::uint8_t> packed, const limits& bounds) {
  const std::optional<std::size_t> words = unpacked_words(packed);
  if (!words) refuse("its packing is cut short");
  if (*words > bounds.record_bytes / sizeof(capnp::word)) {
    exceeds("a record unpacks to " + std::to_string(*words * sizeof(capnp::word)) + " bytes, more");
  }
  if (*words < 2) refuse("it is shorter than any record");
  word_buffer buffer(*words);
  unpack(packed, buffer.bytes());
  if (one_segment_words(buffer.bytes()) != *words) refuse("its segment has another size");
  capnp::ReaderOptions options;
  // Each object is read once; a message whose pointers share objects costs more and is refused.
  options.traversalLimitInWords = *words + 64;
  options.nestingLimit = nesting_limit;
  const kj::ArrayPtr<const capnp::word> segment = segment_in(buffer, *words);
  const kj::ArrayPtr<const capnp::word> segments[1] = {segment};
  capnp::SegmentArrayMessageReader message(segments, options);
  return read_record(message.getRoot<form::Record>(), bounds);
}

}  // namespace

result<std::string> encode(const record& r, const limits& bounds) {
  const auto words = checked_words(r, bounds);
  if (!words) return words.error();
  word_buffer buffer(*words);
  capnp::MallocMessageBuilder message(segment_in(buffer, *words));
  write_record(message.initRoot<form::Record>(), r);
  const auto segments = message.getSegmentsForOutput();
  if (segments.size() != 1) return error{errc::limit_exceeded, "a record exceeds its own measure"};
  const std::array<std::uint32_t, 2> head{0, std::uint32_t(segments[0].size())};
  std::memcpy(buffer.data(), head.data(), sizeof head);
  std::string bytes;
  bytes.reserve(1 + (segments[0].size() + 1) * 5);
  bytes.push_back(char(format_level));
  pack(buffer.bytes().first((segments[0].size() + 1) * sizeof(capnp::word)), bytes);
  return bytes;
}

result<record> decode(std::span<const std::uint8_t> bytes, const limits& bounds) {
  if (bytes.empty()) return error{errc::corrupt, "a record is empty"};
  if (bytes[0] > format_level) {
    return error{errc::unknown_version, "a record has format level " + std::to_string(bytes[0]) +
                                            ", this build reads up to " +
                                            std::to_string(format_level)};
  }
  if (bytes[0] == 0) return error{errc::corrupt, "a record has format level 0"};
  try {
    return decode_packed(bytes.subspan(1), bounds);
  } catch (const malformed& bad) {
    if (bad.code == errc::limit_exceeded) return error{bad.code, bad.what};
    return error{bad.code, "a record is malformed: " + bad.what};
  } catch (const kj::Exception& bad) {
    return error{errc::corrupt,
                 std::string("a record is malformed: ") + bad.getDescription().cStr()};
  }
}

}  // namespace theus::journal
