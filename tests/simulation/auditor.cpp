#include "simulation/auditor.hpp"

#include <algorithm>

#include "theus/runtime/describe.hpp"
#include "theus/runtime/promise_token.hpp"

#include "journal/keys.hpp"
#include "simulation/random_plan.hpp"

namespace theus::simulation {
namespace {

constexpr std::size_t small_run = 40;  // records; larger ones are replayed at every tenth

std::string name_of(const journal::message_id& id) {
  using kind = journal::message_id::kind;
  const char* what = id.what == kind::start       ? " to begin"
                     : id.what == kind::cancel    ? " to cancel"
                     : id.what == kind::ending    ? " of its end"
                     : id.what == kind::terminate ? " to be terminated"
                                                  : "";
  return id.sender.to_string() + "/" + id.command.to_string() + what;
}

}  // namespace

auditor::auditor(simulated_disk& disk, const registry& what, const clock_history& clock,
                 std::chrono::hours request_window, random_stream sampling, verdict& outcome)
    : disk_(disk),
      what_(what),
      clock_(clock),
      request_window_(request_window),
      sampling_(std::move(sampling)),
      verdict_(outcome) {
  disk_.on_durable_record(
      [this](std::string_view key, std::string_view value) { take_record(key, value); });
}

void auditor::violated(const std::string& what) { verdict_.violated(what); }

const run_history* auditor::find(journal::run_id run) const {
  const auto found = runs_.find(run);
  return found == runs_.end() ? nullptr : &found->second;
}

template <class Test>
bool auditor::any_run(const std::string& workflow_id, Test test) const {
  return std::ranges::any_of(runs_, [&](const auto& each) {
    return each.second.workflow_id() == workflow_id && test(each.second);
  });
}

std::size_t auditor::unfinished() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(runs_, [](const auto& each) { return !each.second.outcome(); }));
}

// ---- what has become durable

void auditor::take_record(std::string_view key, std::string_view value) {
  journal::keys::cursor c(key);
  const auto run = c.run();
  ++records_;
  auto& history = runs_.try_emplace(run, run, what_, clock_).first->second;
  const bool opens = !history.has_started();
  if (auto wrong = history.feed(value)) {
    return violated("run " + run.to_string() + " " + *wrong);
  }
  note(history);
  if (opens) {
    born_[run] = records_;
    check_identity(history);
    check_parent(history);
  }
  const auto& body = history.records().back().value.body;
  if (const auto* turn = std::get_if<journal::turn>(&body)) {
    for (const auto& each : turn->commands) {
      using kind = journal::message_id::kind;
      if (const auto* message = std::get_if<journal::send_signal>(&each)) {
        sent_[{run, message->id, kind::signal}] = {records_, message->workflow_id};
      } else if (const auto* child = std::get_if<journal::start_child>(&each)) {
        sent_[{run, child->id, kind::start}] = {records_, child->workflow_id};
      } else if (const auto* gone = std::get_if<journal::withdraw>(&each);
                 gone && gone->what == journal::withdraw::target::child) {
        sent_[{run, gone->id, kind::cancel}] = {records_, gone->workflow_id};
      }
    }
  }
  if (history.outcome()) note_closing(history);
  check_results(history);
  check_children(history);
  check_silence(history);
  const bool is_looked_at =
      history.records().size() <= small_run || history.outcome() || sampling_.uniform(0, 9) == 0;
  if (!is_looked_at) return;
  check_replays(history);
}

// Live state is replay from zero is replay without what is over (invariant 2).
void auditor::check_replays(const run_history& of) {
  if (auto wrong = of.replay_from_zero()) {
    violated("run " + of.id().to_string() + " replayed from zero: " + *wrong);
  }
  if (auto wrong = of.replay_rest()) {
    violated("run " + of.id().to_string() + " replayed without what is over: " + *wrong);
  }
}

void auditor::note(const run_history& grown) {
  const auto& last = grown.records().back();
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < 8; ++i) hash = hash << 8 | last.hash.bytes[i];
  verdict_.note(hash);
  if (!verdict_.is_tracing()) return;
  const auto* turn = std::get_if<journal::turn>(&last.value.body);
  std::string line = "record " + std::to_string(grown.records().size()) + " of " +
                     grown.workflow_id() + (turn ? "" : ", an intake");
  for (const auto& e : journal::events_of(last.value)) {
    line += "\n    " + describe(e);
  }
  for (const auto& c : turn ? turn->commands : std::vector<journal::command>()) {
    line += "\n      " + describe(c);
  }
  verdict_.say(line);
}

// One run at a time with a workflow id; one run for a request id until its window has passed.
void auditor::check_identity(const run_history& opened) {
  for (const auto& [run, other] : runs_) {
    if (run == opened.id() || other.workflow_id() != opened.workflow_id()) continue;
    if (!other.outcome()) {
      violated("workflow id '" + opened.workflow_id() + "' has two running runs");
    }
    const auto& request_id = opened.start().request_id;
    const auto passed = opened.records().front().value.time - other.closed_at();
    if (!request_id.empty() && other.start().request_id == request_id &&
        passed <= request_window_) {
      violated("request id '" + request_id + "' started two runs");
    }
  }
}

// A child has a parent that asked for it, once.
void auditor::check_parent(const run_history& opened) {
  const auto& parent = opened.start().parent;
  if (!parent) return;
  ++effects_;
  if (!sent_.contains(*parent)) violated("child " + name_of(*parent) + " began unasked");
  if (!begun_children_.emplace(*parent, opened.id()).second) {
    violated("child " + name_of(*parent) + " began twice");
  }
}

// What the children of a run that has ended hear of that.
void auditor::note_closing(const run_history& ended) {
  using kind = journal::message_id::kind;
  for (const auto& [command, child] : ended.children()) {
    const auto closing = child.closing();
    if (closing == journal::parent_close::abandon || ended.end_of_child(child.id)) continue;
    const auto what = closing == journal::parent_close::terminate ? kind::terminate : kind::cancel;
    sent_.try_emplace({ended.id(), child.id, what}, records_, child.workflow_id);
  }
}

// What a parent is told of a child's end is how that has ended, durably.
void auditor::check_children(const run_history& of) {
  for (const auto& e : journal::events_of(of.records().back().value)) {
    const auto* told = std::get_if<journal::child_ended>(&e);
    if (!told) continue;
    const journal::message_id start{of.id(), told->command, journal::message_id::kind::start};
    const auto begun = begun_children_.find(start);
    if (told->how == journal::child_ended::ending::refused) {
      if (begun != begun_children_.end()) violated("child " + name_of(start) + " was not refused");
      continue;
    }
    const auto* child = begun == begun_children_.end() ? nullptr : find(begun->second);
    if (!child || child->id() != told->run || !child->outcome()) {
      violated("child " + name_of(start) + " has not ended");
      continue;
    }
    const auto* result = std::get_if<journal::payload>(&told->outcome);
    const bool is_same =
        result ? *result == child->outcome()->result
               : std::get<journal::failure_info>(told->outcome) == child->outcome()->failure;
    if (!is_same) violated("child " + name_of(start) + " ended otherwise than its parent heard");
  }
}

// The world has answered before the journal says what it answered (invariant 6).
void auditor::check_results(const run_history& of) {
  const auto& r = of.records().back().value;
  for (const auto& e : journal::events_of(r)) {
    const auto* done = std::get_if<journal::activity_completed>(&e);
    if (!done) continue;
    const attempt_key key{of.id().to_string() + "/" + done->command.to_string(), done->attempt};
    if (std::holds_alternative<journal::payload>(done->outcome) && !succeeded_.contains(key)) {
      violated("a result of " + key.first + " is recorded that no activity gave");
    }
  }
}

// ---- the journal

// A message is appended by its receiver: its sender's turn is durable by then.
void auditor::appending(const journal::unit& unit) {
  for (const auto& entry : unit.entries()) {
    for (const auto& e : journal::events_of(entry.value)) {
      const auto* s = std::get_if<journal::signal_received>(&e);
      if (!s || !s->from) continue;
      ++effects_;
      const auto* sender = find(s->from->sender);
      if (!sender || !sender->has_sent(s->from->command)) {
        violated("message " + name_of(*s->from) + " arrived before it was durable");
      }
    }
  }
}

void auditor::acknowledged(const journal::unit& unit) {
  for (const auto& entry : unit.entries()) {
    const auto key = journal::keys::record(unit.run(), entry.value.at);
    if (!disk_.is_durable(journal::space::records, key)) {
      violated("record " + std::to_string(journal::number(entry.value.at)) + " of run " +
               unit.run().to_string() + " is acknowledged but not durable");
    }
    acknowledged_[unit.run()].resize(journal::number(entry.value.at));
    acknowledged_[unit.run()].back() = entry.hash;
  }
}

// Its receiver has it, or is gone: no run that can take it has been there all the time.
void auditor::forgetting(const journal::message_id& message) {
  ++effects_;
  if (message.what != journal::message_id::kind::signal) return forgetting_of_family(message);
  const auto sent = sent_.find(message);
  if (sent == sent_.end()) return violated("message " + name_of(message) + " was never sent");
  const auto& [when, workflow_id] = sent->second;
  if (any_run(workflow_id, [&](const auto& r) { return r.has_received(message); })) return;
  for (const auto& [run, each] : runs_) {
    if (each.workflow_id() == workflow_id && !each.outcome() && born_.at(run) < when) {
      violated("message " + name_of(message) + " was forgotten but has not arrived");
    }
  }
}

// A start is forgotten behind the child's beginning, or behind the parent's end or knowing that it
// was refused; a cancel once the child knows, is over or never began; an end once the parent knows,
// is over, or does not wait any more.
void auditor::forgetting_of_family(const journal::message_id& message) {
  using kind = journal::message_id::kind;
  const auto* sender = find(message.sender);
  if (!sender) return violated("message " + name_of(message) + " was never sent");
  if (message.what == kind::ending) {
    const auto& parent = sender->start().parent;
    if (!sender->outcome() || !parent) return violated(name_of(message) + " was never sent");
    const auto* waits = find(parent->sender);
    const bool is_taken = !waits || waits->outcome() || waits->end_of_child(parent->command) ||
                          waits->has_detached(parent->command) ||
                          sent_.contains({parent->sender, parent->command, kind::cancel});
    if (!is_taken) violated("message " + name_of(message) + " was forgotten but has not arrived");
    return;
  }
  if (!sent_.contains(message)) return violated("message " + name_of(message) + " was never sent");
  const journal::message_id start{message.sender, message.command, kind::start};
  const auto begun = begun_children_.find(start);
  const auto* child = begun == begun_children_.end() ? nullptr : find(begun->second);
  const bool never_begins = sender->outcome() || sender->end_of_child(message.command) ||
                            sent_.contains({message.sender, message.command, kind::cancel});
  const bool is_taken = message.what == kind::start    ? child || never_begins
                        : !child                       ? never_begins
                        : message.what == kind::cancel ? child->has_cancel() || child->outcome()
                                                       : child->outcome().has_value();
  if (!is_taken) violated("message " + name_of(message) + " was forgotten but has not arrived");
}

void auditor::check_acknowledged(journal::store& reader) {
  for (const auto& [run, hashes] : acknowledged_) {
    const auto records = reader.read(run, journal::first_sequence, 1'000'000);
    if (!records) return violated("after reopening: " + records.error().message);
    for (std::size_t i = 0; i < hashes.size(); ++i) {
      if (hashes[i] == journal::hash256{}) continue;  // durable, but the process did not hear of it
      if (i < records->size() && (*records)[i].hash == hashes[i]) continue;
      violated("acknowledged record " + std::to_string(i + 1) + " of run " + run.to_string() +
               " is lost");
    }
  }
}

void auditor::check_all_replays() {
  for (const auto& [run, each] : runs_) check_replays(each);
}

// ---- activities

void auditor::activity_begins(const attempt& a, const std::string& activity,
                              const journal::payload& arguments) {
  ++effects_;
  const auto& key = a.idempotency_key();
  const std::string what = "attempt " + std::to_string(a.number()) + " of " + key;
  verdict_.note(what + " begins");
  const auto* run = find(a.run());
  const auto* call = run ? run->find(key.substr(key.find('/') + 1)) : nullptr;
  if (!call) return violated(what + " begins before its command is durable");
  if (call->command.activity != activity || call->command.arguments != arguments) {
    violated(what + " is another call than the recorded one");
  }
  if (call->is_completed) violated(what + " begins although its result is recorded");
  if (a.number() != call->failed + 1) {
    violated(what + " begins while " + std::to_string(call->failed) + " failures are recorded");
  }
  if (call->failed > 0 && clock_.highest_since(call->failed_at) < call->next_attempt) {
    violated(what + " begins early");
  }
  const attempt_key attempt{key, a.number()};
  if (!begun_here_.insert(attempt).second) violated(what + " begins twice in one process");
  const bool is_first = begun_.insert(attempt).second;
  if (!call->command.at_most_once) return;
  if (!is_first) violated(what + " is run twice, but may run once at most");
  if (call->let_go != a.number()) violated(what + " begins before the journal let it go");
}

void auditor::activity_ends(const attempt& a, const attempt_outcome& outcome) {
  // The engine may give it up before it hears of that.
  silent_.try_emplace({a.idempotency_key(), a.number()}, std::chrono::microseconds::max());
  verdict_.note("attempt " + std::to_string(a.number()) + " of " + a.idempotency_key() + " ends");
  if (std::holds_alternative<journal::payload>(outcome)) {
    succeeded_.insert({a.idempotency_key(), a.number()});
  }
}

void auditor::activity_finds(const attempt& a, std::optional<std::int64_t> left) {
  silent_.erase({a.idempotency_key(), a.number()});
  if (left && !said_[a.idempotency_key()].contains(*left)) {
    violated("attempt " + std::to_string(a.number()) + " of " + a.idempotency_key() +
             " finds details that no attempt before it gave");
  }
}

void auditor::activity_beats(const attempt& a, std::int64_t details) {
  said_[a.idempotency_key()].insert(details);
}

void auditor::activity_is_stopped(const attempt& a, std::chrono::microseconds silent) {
  silent_.try_emplace({a.idempotency_key(), a.number()}, silent);
}

// No heartbeat timeout while heartbeats arrive.
void auditor::check_silence(const run_history& of) {
  const auto check = [&](const journal::command_id& id, std::uint32_t number,
                         const journal::failure_info& why) {
    if (why.type != "heartbeat_timeout") return;
    const std::string key = of.id().to_string() + "/" + id.to_string();
    const auto* call = of.find(id.to_string());
    const auto silent = silent_.find({key, number});
    const std::string what = "attempt " + std::to_string(number) + " of " + key;
    if (call == nullptr || silent == silent_.end()) {
      return violated(what + " has a heartbeat timeout and was not told to stop");
    }
    const std::chrono::milliseconds limit(call->command.timeouts.heartbeat_ms);
    if (limit.count() == 0 || silent->second < limit) {
      violated(what + " has a heartbeat timeout " + std::to_string(silent->second.count()) +
               " µs after its last heartbeat");
    }
  };
  for (const auto& e : journal::events_of(of.records().back().value)) {
    if (const auto* failed = std::get_if<journal::attempt_failed>(&e)) {
      check(failed->command, failed->attempt, failed->failure);
    } else if (const auto* done = std::get_if<journal::activity_completed>(&e)) {
      const auto* why = std::get_if<journal::failure_info>(&done->outcome);
      if (why != nullptr) check(done->command, done->attempt, *why);
    }
  }
}

// ---- replies

void auditor::started(const start_request& request, const start_reply& reply) {
  ++effects_;
  const auto* run = find(reply.run);
  if (!run) return violated("start of '" + request.workflow_id + "' is answered but not durable");
  const bool is_other = request.policy == id_policy::join || request.signal;
  if (run->workflow_id() != request.workflow_id ||
      (!is_other && run->start().request_id != request.request_id)) {
    violated("start of '" + request.workflow_id + "' is answered with another run");
  }
  // One that ends in its first turn may have none.
  const bool is_signalled = !request.signal || reply.already_started || run->outcome() ||
                            any_run(request.workflow_id, [&](const run_history& r) {
                              return r.has_signal(request.request_id, request.signal->value);
                            });
  if (!is_signalled) violated("the signal with the start of '" + request.workflow_id + "' is lost");
  if (!reply.already_started && run->start().arguments != request.arguments) {
    violated("'" + request.workflow_id + "' was started with other arguments");
  }
}

void auditor::signalled(const signal_request& request) {
  ++effects_;
  const auto has = [&](const run_history& r) {
    return r.has_signal(request.request_id, request.value);
  };
  if (!any_run(request.workflow_id, has)) {
    violated("signal " + request.value + " to '" + request.workflow_id +
             "' is answered but not durable");
  }
}

void auditor::settled(const settle_request& request, bool first) {
  ++effects_;
  const auto token = promise_token::parse(request.token).value();
  const auto run = runs_.find(token.run);
  const settlement* recorded =
      run == runs_.end() ? nullptr : run->second.settlement_of(token.command);
  if (!recorded) return violated("promise " + request.token + " is answered but not durable");
  // Of several for a stuck run the first counts, and each is answered when it is recorded.
  const auto& all = run->second.records();
  const bool is_recorded = std::ranges::any_of(all, [&](const journal::stored_record& r) {
    return std::ranges::any_of(events_of(r.value), [&](const journal::event& e) {
      return e == journal::event(journal::promise_settled{token.command, request.outcome});
    });
  });
  if (first ? !is_recorded : *recorded == request.outcome) {
    violated("promise " + request.token + " is answered otherwise than it was settled");
  }
}

void auditor::updated(const update_request& request, const update_reply& reply) {
  ++effects_;
  const std::string what = "update " + request.update_id + " of '" + request.workflow_id + "'";
  const run_history* run = find(reply.run);
  const run_history::accepted_update* seen = run ? run->find_update(request.update_id) : nullptr;
  if (!seen) return violated(what + " is answered but not durable");
  if (run->workflow_id() != request.workflow_id) violated(what + " is answered by another run");
  if (reply.update_id != request.update_id) violated(what + " is answered with another id");
  if (request.stage == update_stage::completed && seen->outcome != reply.outcome) {
    violated(what + " is answered otherwise than it completed");
  }
}

void auditor::cancelled(const std::string& workflow_id) {
  ++effects_;
  if (!any_run(workflow_id, [](const run_history& r) { return r.has_cancel(); })) {
    violated("cancellation of '" + workflow_id + "' is answered but not durable");
  }
}

// Who asks for what is so already is answered without a record of its own. A run that is let go on
// may never have been held.
void auditor::ruled(const std::string& workflow_id, const journal::event& ruling) {
  ++effects_;
  const bool is_end = std::holds_alternative<journal::terminated>(ruling);
  const bool is_pause = std::holds_alternative<journal::paused>(ruling);
  const bool is_so = any_run(workflow_id, [&](const run_history& r) {
    if (is_end) return r.outcome() && r.outcome()->status == journal::run_status::terminated;
    return is_pause ? r.was_held() : true;
  });
  if (!is_so) violated("'" + workflow_id + "' was ruled on, which is answered but not durable");
}

void auditor::finished(const std::string& workflow_id, const run_outcome& outcome) {
  ++effects_;
  const auto* run = find(outcome.run);
  if (!run || !run->outcome() || run->workflow_id() != workflow_id) {
    return violated("the end of '" + workflow_id + "' is told but not durable");
  }
  const auto& recorded = *run->outcome();
  if (recorded.status != outcome.status || recorded.result != outcome.result ||
      recorded.failure != outcome.failure) {
    violated("the end of '" + workflow_id + "' is told otherwise than it is recorded");
  }
}

}  // namespace theus::simulation
