#include "simulation/auditor.hpp"

#include <algorithm>

#include "theus/runtime/describe.hpp"

#include "journal/keys.hpp"
#include "simulation/random_plan.hpp"

namespace theus::simulation {
namespace {

constexpr std::size_t small_run = 40;  // records; larger ones are replayed at every tenth

std::string name_of(const journal::message_id& id) {
  return id.sender.to_string() + "/" + id.command.to_string();
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
  }
  const auto& body = history.records().back().value.body;
  if (const auto* turn = std::get_if<journal::turn>(&body)) {
    for (const auto& each : turn->commands) {
      const auto* message = std::get_if<journal::send_signal>(&each);
      if (message) sent_[{run, message->id}] = {records_, message->workflow_id};
    }
  }
  check_results(history);
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
  verdict_.note("attempt " + std::to_string(a.number()) + " of " + a.idempotency_key() + " ends");
  if (std::holds_alternative<journal::payload>(outcome)) {
    succeeded_.insert({a.idempotency_key(), a.number()});
  }
}

// ---- replies

void auditor::started(const start_request& request, const start_reply& reply) {
  ++effects_;
  const auto* run = find(reply.run);
  if (!run) return violated("start of '" + request.workflow_id + "' is answered but not durable");
  if (run->workflow_id() != request.workflow_id || run->start().request_id != request.request_id) {
    violated("start of '" + request.workflow_id + "' is answered with another run");
  }
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

void auditor::cancelled(const std::string& workflow_id) {
  ++effects_;
  if (!any_run(workflow_id, [](const run_history& r) { return r.has_cancel(); })) {
    violated("cancellation of '" + workflow_id + "' is answered but not durable");
  }
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
