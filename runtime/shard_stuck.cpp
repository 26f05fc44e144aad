#include <algorithm>

#include "engine_core.hpp"
#include "retry.hpp"
#include "shard.hpp"

namespace theus {
namespace {

std::chrono::milliseconds backoff_after(std::uint32_t failed_turns, const engine_options& options) {
  auto backoff = options.stuck_first_backoff;
  for (std::uint32_t i = 1; i < failed_turns && backoff < options.stuck_maximum_backoff; ++i) {
    backoff *= 2;
  }
  return std::min(backoff, options.stuck_maximum_backoff);
}

}  // namespace

// The turn does not exist. What came in for it is kept in an intake before anything else happens
// (rule 1); timers are not among it: what is due follows from the run's state.
void shard::set_aside(run_slot& s, const std::string& reason, inbox taken) {
  if (s.body) {
    drop_body(s);
  } else {
    read_head(s);
  }
  take_questions(s);
  s.wake = false;
  refuse_trim(s, {errc::mismatch, "run " + s.id.to_string() + " is stuck: its records stay"});
  if (!s.stuck) {
    s.stuck.emplace();
    core_.count.stuck.fetch_add(1, std::memory_order_relaxed);
  }
  auto& stuck = *s.stuck;
  if (stuck.reason != reason) {
    stuck.reason = reason;
    core_.report("stuck: workflow '" + s.workflow_id + "' run " + s.id.to_string() + ": " + reason);
  }
  ++stuck.failed_turns;
  stuck.due = false;
  stuck.next_try = later(core_.clock.now(), backoff_after(stuck.failed_turns, core_.options));
  set_alarm(s);
  refuse_updates(s, taken);
  forget_unstarted(s, taken);
  if (taken.empty()) return make_ready(s);
  append_intake(s, std::move(taken));
}

void shard::refuse_trim(run_slot& s, const error& why) {
  if (const auto wanted = std::exchange(s.trim, nullptr)) wanted->done(why);
}

void shard::set_alarm(run_slot& s) {
  s.stuck->alarm = core_.clock.set_alarm(
      core_.where.shards[index_], s.stuck->next_try,
      core_.guarded_on_shard(index_, [this, run = s.id] { backoff_ended(run); }));
}

// While a run is stuck its events are kept and acknowledged, and nothing else happens (rule 17).
void shard::keep_for_later(run_slot& s) {
  if (s.incoming.empty()) return;
  inbox taken = take_some(s);
  refuse_updates(s, taken);
  forget_unstarted(s, taken);
  if (!taken.empty()) return append_intake(s, std::move(taken));
  if (!s.incoming.empty()) make_ready(s);
}

// An at-most-once attempt that was not let go yet is not let go now.
void shard::forget_unstarted(run_slot& s, inbox& taken) {
  inbox kept;
  for (std::size_t i = 0; i < taken.events.size(); ++i) {
    if (const auto* unstarted = std::get_if<journal::attempt_started>(&taken.events[i])) {
      s.running.erase(unstarted->command);
    } else {
      kept.push(std::move(taken.events[i]), std::move(taken.answers[i]));
    }
  }
  taken = std::move(kept);
}

void shard::append_intake(run_slot& s, inbox taken) {
  if (!s.starting && s.head.at == journal::before_first) {
    // Who asked is told so; what nobody asked for is kept until it can be read again.
    const error why{errc::corrupt, "run " + s.id.to_string() +
                                       " cannot be read, so nothing can be added to it: " +
                                       (s.stuck ? s.stuck->reason : std::string())};
    inbox kept;
    for (std::size_t i = 0; i < taken.events.size(); ++i) {
      if (taken.answers[i]) {
        taken.answers[i](why);
      } else {
        kept.push(std::move(taken.events[i]));
      }
    }
    return s.incoming.put_back(std::move(kept));
  }
  journal::record r;
  r.raw_time = core_.clock.now();
  r.body = journal::intake{taken.events};
  auto unit = journal::unit::make(s.id, core_.owner(), s.head, std::move(r), core_.options.bounds);
  if (!unit) {
    for (auto& done : taken.answers) {
      if (done) done(unit.error());
    }
    return;
  }
  append_in_flight flight;
  flight.taken = std::move(taken);
  submit(s, std::move(*unit), std::move(flight));
}

// The append did not happen, and the journal takes those of other runs: what it has to read for
// this one is damaged, say. Requests are told so; what nobody asked for is tried again, ever later.
void shard::redo_later(run_slot& s) {
  const error why = *std::exchange(s.refusal, std::nullopt);
  core_.report("run " + s.id.to_string() + " of workflow '" + s.workflow_id +
               "' cannot be appended to: " + why.message);
  s.incoming.put_back(std::move(s.flight->taken));
  s.flight.reset();
  inbox all = std::exchange(s.incoming, {});
  for (std::size_t i = 0; i < all.events.size(); ++i) {
    if (all.answers[i]) {
      all.answers[i](why);
    } else {
      s.incoming.push(std::move(all.events[i]));
    }
  }
  if (s.starting) {
    for (auto& done : std::exchange(s.waiters, {})) done(why);
    const std::string workflow_id = s.workflow_id;
    erase(s);
    return start_settled(workflow_id);
  }
  s.uncertain = true;
  s.look_again = core_.clock.set_delay(core_.where.shards[index_],
                                       backoff_after(++s.refused_appends, core_.options),
                                       core_.guarded_on_shard(index_, [this, run = s.id] {
                                         run_slot* again = is_over() ? nullptr : find(run);
                                         if (!again || !again->uncertain) return;
                                         again->uncertain = false;
                                         again->wake = true;
                                         if (again->stuck) read_head(*again);
                                         make_ready(*again);
                                       }));
}

void shard::backoff_ended(journal::run_id run) {
  run_slot* s = is_over() ? nullptr : find(run);
  if (!s || !s->stuck) return;
  if (s->stuck->next_try > core_.clock.now()) return set_alarm(*s);  // the clock went back
  s->stuck->due = true;
  make_ready(*s);
}

void shard::unstick(run_slot& s) {
  if (!s.stuck) return;
  s.stuck.reset();
  core_.count.stuck.fetch_sub(1, std::memory_order_relaxed);
}

// For a run whose machine cannot be had: intakes are appended behind its last record.
void shard::read_head(run_slot& s) {
  if (s.starting) return;
  const auto head = core_.journal.head_of(s.id);
  s.head = head && *head ? **head : journal::head{};
}

}  // namespace theus
