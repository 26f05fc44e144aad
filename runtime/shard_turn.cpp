#include <algorithm>
#include <optional>

#include "theus/runtime/promise_state.hpp"

#include "paranoid.hpp"
#include "retry.hpp"
#include "shard_leave.hpp"
#include "surroundings.hpp"

namespace theus {
namespace {

// What an event takes in a record, near enough to keep a batch below the limits.
std::size_t size_of(const journal::event& e) {
  constexpr std::size_t fixed = 256;
  if (const auto* done = std::get_if<journal::activity_completed>(&e)) {
    const auto* value = std::get_if<journal::payload>(&done->outcome);
    return fixed +
           (value ? value->size() : std::get<journal::failure_info>(done->outcome).message.size());
  }
  if (const auto* done = std::get_if<journal::child_ended>(&e)) {
    const auto* value = std::get_if<journal::payload>(&done->outcome);
    return fixed +
           (value ? value->size() : std::get<journal::failure_info>(done->outcome).message.size());
  }
  if (const auto* done = std::get_if<journal::promise_settled>(&e)) {
    const auto* value = std::get_if<journal::payload>(&done->outcome);
    return fixed +
           (value ? value->size() : std::get<journal::failure_info>(done->outcome).message.size());
  }
  if (const auto* s = std::get_if<journal::signal_received>(&e)) return fixed + s->value.size();
  if (const auto* u = std::get_if<journal::update_accepted>(&e)) return fixed + u->arguments.size();
  if (const auto* s = std::get_if<journal::started>(&e)) return fixed + s->arguments.size();
  if (const auto* f = std::get_if<journal::attempt_failed>(&e))
    return fixed + f->failure.message.size();
  return fixed;
}

// Of a promise whose type cannot be read from the value: told to who sent it, before it is recorded
// and the code of the workflow throws.
std::optional<error> complaint_about(const machine& body, const journal::event& e) {
  const auto* settled = std::get_if<journal::promise_settled>(&e);
  const auto* value = settled ? std::get_if<journal::payload>(&settled->outcome) : nullptr;
  const promise_state* promise = value ? body.find_promise(settled->command) : nullptr;
  auto complaint = promise ? promise->complaint(*value) : std::nullopt;
  if (!complaint) return std::nullopt;
  return error{errc::wrong_type, "the value does not fit promise #" + settled->command.to_string() +
                                     " of run " + body.run().to_string() + ": " + *complaint};
}

}  // namespace

// Goes on with a run by one step; the slot may be gone afterwards.
void shard::go_on(run_slot& s) {
  if (is_over() || s.away || s.flight || s.uncertain) return;
  take_questions(s);
  settle_updates(s);
  if (closing_ && s.incoming.empty()) return;  // what came in before the close is still recorded
  cache_.take_out(s);
  if (!s.starting) {
    if (take_ruling(s)) return;
    const bool wants_something = s.body || s.wake || s.stuck || s.trim || !s.incoming.empty();
    const auto paused = wants_something ? is_paused(s) : false;
    if (!paused) return ask_again_later(s);
    if (*paused) return stand_still(s);
  }
  if (s.stuck && !s.stuck->due) return keep_for_later(s);
  if (!s.body) {
    if (s.incoming.empty() && !s.wake && !s.stuck) return settle(s);
    return s.starting ? begin(s) : load(s);
  }
  // An intake that waits for its turn holds results of activities that are pending until then.
  if (s.trim && s.unconsumed.empty()) return append_anchor(s);
  if (s.body->is_finished()) return retire(s, nullptr);
  for (const auto& id : std::exchange(s.due_retries, {})) {
    const auto* leaf = s.body->find_activity(id);
    if (leaf) dispatch(s, *leaf, core_.clock.now());
  }
  if (!s.incoming.empty() || s.wake || !s.unconsumed.empty()) return make_turn(s);
  if (!s.resumed) return settle(s);
  unstick(s);
  dispatch_pending(s);
  make_ready(s);
}

void shard::begin(run_slot& s) {
  if (s.incoming.empty()) {  // refused for good
    const std::string workflow_id = s.workflow_id;
    erase(s);
    return start_settled(workflow_id);
  }
  const auto& event = std::get<journal::started>(s.incoming.events.front());
  const auto known = core_.what.workflows.find(event.workflow_type);
  if (known == core_.what.workflows.end()) {  // of a child: who asks from outside is told at once
    const std::string reason = why_not_replayable(event, core_.what);
    return set_aside(s, reason, take_some(s));
  }
  const auto& type = *known->second;
  {
    std::optional<surroundings> around;
    if (core_.options.paranoid) around.emplace(surroundings::kind::first);
    s.body = std::make_unique<machine>(type, core_.options.machine_bounds, s.id);
  }
  core_.count.frames.fetch_add(1, std::memory_order_relaxed);
  s.head = {};
  make_turn(s);
}

void shard::load(run_slot& s) {
  core_.count.replays.fetch_add(1, std::memory_order_relaxed);
  leave_for(
      s,
      [&core = core_, run = s.id] {
        std::optional<surroundings> around;
        if (core.options.paranoid) around.emplace(surroundings::kind::first);
        return load_run(core.journal, core.checkpoints.archive(), core.what, run,
                        core.options.machine_bounds);
      },
      [](shard& self, run_slot& loaded, result<load_result> what) {
        self.take_over_loaded(loaded, std::move(what));
      });
}

void shard::take_over_loaded(run_slot& s, result<load_result> what) {
  if (is_over()) return;
  if (!what) {
    if (has_ended(s.id)) return retire(s, nullptr);  // nothing may stand behind its end
    return set_aside(s, what.error().message, {});
  }
  if (std::holds_alternative<absent_run>(*what)) {
    const error absent{errc::not_found, "run " + s.id.to_string() + " has no records"};
    tell(s.incoming, absent);
    for (auto& done : s.waiters) done(absent);
    return erase(s);
  }
  if (auto* aside = std::get_if<set_aside_run>(&*what)) {
    // What has ended is done without its code, and not stuck.
    if (has_ended(s.id)) return retire(s, nullptr);
    if (aside->is_mismatch) core_.count.mismatches.fetch_add(1, std::memory_order_relaxed);
    name(s, aside->workflow_id);
    return set_aside(s, aside->reason, {});
  }
  auto& run = std::get<loaded_run>(*what);
  if (run.body->is_finished()) {
    s.workflow_id = run.workflow_id;  // which another run may have by now
  } else {
    name(s, run.workflow_id);
  }
  s.body = std::move(run.body);
  core_.count.frames.fetch_add(1, std::memory_order_relaxed);
  s.head = run.head;
  s.unconsumed = std::move(run.unconsumed);
  s.is_own_build = run.build == core_.options.build;
  for (const auto& each : run.damaged) core_.report(each);
  s.replay = {run.tail.records, run.tail.bytes, run.tail.has_ends};
  s.replay.reported = run.tail.records;
  s.resumed = true;
  s.wake = true;
  make_ready(s);
}

// As much of what came in as fits one record; the rest stays for the next turn.
inbox shard::take_some(run_slot& s) {
  const std::size_t most =
      std::max<std::size_t>(1, std::min(core_.options.bounds.events_per_record,
                                        core_.options.machine_bounds.events_per_turn) /
                                   2);
  const std::size_t most_bytes = core_.options.bounds.record_bytes / 2;
  std::size_t count = 0;
  std::size_t bytes = 0;
  for (; count < s.incoming.events.size() && count < most; ++count) {
    if (is_ruling(s.incoming.events[count])) break;  // it comes behind the start
    // Who judges an update sees all that came before it.
    if (count > 0 && is_judged(s, s.incoming.events[count])) break;
    bytes += size_of(s.incoming.events[count]);
    if (count > 0 && bytes > most_bytes) break;
  }
  inbox taken = std::exchange(s.incoming, {});
  if (count == taken.events.size()) return taken;
  const auto end = static_cast<std::ptrdiff_t>(count);
  s.incoming.events.assign(std::make_move_iterator(taken.events.begin() + end),
                           std::make_move_iterator(taken.events.end()));
  s.incoming.answers.assign(std::make_move_iterator(taken.answers.begin() + end),
                            std::make_move_iterator(taken.answers.end()));
  taken.events.resize(count);
  taken.answers.resize(count);
  return taken;
}

// What changes nothing is known already: a message seen before, a cancellation asked for twice, a
// result nobody waits for any more.
void shard::drop_unaccepted(run_slot& s, inbox& taken) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < taken.events.size(); ++i) {
    // An intake that is still to be taken may be what starts the run: then the step decides.
    const bool may_count = s.starting || (!s.unconsumed.empty() && is_consumable(taken.events[i]));
    if (!may_count && !s.body->accepts(taken.events[i])) {
      if (taken.answers[i]) taken.answers[i](acknowledgement(s, taken.events[i]));
      continue;
    }
    const auto* update = std::get_if<journal::update_accepted>(&taken.events[i]);
    if (auto complaint =
            update ? why_not_accepted(s, *update) : complaint_about(*s.body, taken.events[i])) {
      if (taken.answers[i]) taken.answers[i](std::move(*complaint));
      continue;
    }
    if (kept != i) {
      taken.events[kept] = std::move(taken.events[i]);
      taken.answers[kept] = std::move(taken.answers[i]);
    }
    ++kept;
  }
  taken.events.resize(kept);
  taken.answers.resize(kept);
}

void shard::make_turn(run_slot& s) {
  turn_in_making t = collect(s);
  std::optional<std::string> wrong;
  if (!t.attempts.events.empty()) {
    if (core_.options.paranoid) t.noted = t.attempts.events;
    wrong = append_to(t, s, {{}, t.raw, {}, {}, std::move(t.attempts)});
  }
  if (wrong) return set_aside(s, *wrong, std::move(t.flight.taken));
  if (t.own.empty() && s.unconsumed.empty()) return finish_turn(s, std::move(t));

  for (const auto& each : s.unconsumed) {
    t.intakes.push_back({each.raw_time, each.time, each.events});
  }
  leave_for(
      s,
      [&core = core_, &s, t = std::move(t)]() mutable {
        step(core, s, t);
        return std::move(t);
      },
      [](shard& self, run_slot& stepped, turn_in_making made) {
        self.take_step(stepped, std::move(made));
      });
}

// Touches nothing of the shard but the slot.
void shard::step(engine_core& core, run_slot& s, turn_in_making& t) {
  const event_batch own{t.raw, std::max(t.raw, s.head.time), t.own};
  if (!core.options.paranoid) {
    t.stepped = s.body->step(t.intakes, own);
    return;
  }
  const new_turn turn{s.id, s.head, t.noted, t.intakes, own};
  t.stepped = step_first(*s.body, turn);
  const auto* made = std::get_if<turn_draft>(&t.stepped);
  if (!made) return;
  const run_source from{core.journal, core.checkpoints.archive(), core.what,
                        core.options.machine_bounds};
  t.differs = differs_once_more(from, turn, *made, *s.body);
}

void shard::take_step(run_slot& s, turn_in_making t) {
  if (is_over()) return tell(t.flight.taken, *core_.refusal());
  if (t.differs) {
    core_.count.mismatches.fetch_add(1, std::memory_order_relaxed);
    return set_aside(s, *t.differs, std::move(t.flight.taken));
  }
  if (auto wrong = add_step(s, t)) return set_aside(s, *wrong, std::move(t.flight.taken));
  finish_turn(s, std::move(t));
}

void shard::finish_turn(run_slot& s, turn_in_making t) {
  if (t.unit) return submit(s, std::move(*t.unit), std::move(t.flight));
  inbox& taken = t.flight.taken;
  for (std::size_t i = 0; i < taken.events.size(); ++i) {
    if (taken.answers[i]) taken.answers[i](acknowledgement(s, taken.events[i]));
  }
  make_ready(s);
}

// Sorts what came in: attempts are noted and recorded as an intake in front of the turn (rule 24).
shard::turn_in_making shard::collect(run_slot& s) {
  turn_in_making t;
  t.raw = core_.clock.now();
  const bool woken = std::exchange(s.wake, false);
  const auto due = s.body->due_timers(t.raw);
  const std::size_t room = core_.options.machine_bounds.events_per_turn / 2;
  for (std::size_t i = 0; i < due.size() && i < room; ++i) t.own.push_back(due[i]);
  inbox& taken = t.flight.taken;
  const bool comes_first = !due.empty() || !s.unconsumed.empty();
  if (due.size() > room) {
    s.wake = true;  // an event would bring all that are due before it into this turn
  } else if (s.incoming.empty() || !comes_first || !is_judged(s, s.incoming.events.front())) {
    taken = take_some(s);
    drop_unaccepted(s, taken);
  }
  for (const auto& e : taken.events) {
    if (is_consumable(e)) {
      t.own.push_back(e);
    } else {
      t.attempts.events.push_back(e);
      s.body->note(e);
    }
  }
  if (woken && due.empty()) rearm(s, t.raw);
  return t;
}

// What is wrong with the turn, if something is: then it does not exist.
std::optional<std::string> shard::add_step(run_slot& s, turn_in_making& t) {
  if (const auto* bug = std::get_if<workflow_bug>(&t.stepped)) return bug->explain();
  auto& draft = std::get<turn_draft>(t.stepped);
  if (draft.events.empty() && draft.commands.empty() && s.unconsumed.empty()) return std::nullopt;

  t.flight.finishes_run = s.body->is_finished();
  if (t.flight.finishes_run) t.flight.came_late = t.flight.taken.left_out_of(draft.events);
  t.flight.log = std::move(draft.log);
  journal::turn turn;
  if (!s.unconsumed.empty()) turn.consumed_through = s.unconsumed.back().at;
  turn.events = std::move(draft.events);
  turn.commands.reserve(draft.commands.size());
  for (auto& each : draft.commands) turn.commands.push_back(std::move(each.value));
  turn.state_digest = s.body->state_digest();
  turn.notes.context_changes = s.body->written();
  if (!s.is_own_build) turn.notes.build = core_.options.build;
  s.is_own_build = true;
  return append_to(t, s, {{}, t.raw, {}, {}, std::move(turn)});
}

std::optional<std::string> shard::append_to(turn_in_making& t, const run_slot& s,
                                            journal::record r) {
  const auto& bounds = core_.options.bounds;
  std::optional<error> refused;
  if (t.unit) {
    if (const auto added = t.unit->add(std::move(r), bounds); !added) refused = added.error();
  } else {
    auto made = journal::unit::make(s.id, core_.owner(), s.head, std::move(r), bounds);
    if (made) {
      t.unit = std::move(*made);
    } else {
      refused = made.error();
    }
  }
  if (!refused) return std::nullopt;
  return "the turn does not fit a record: " + refused->message;
}

void shard::submit(run_slot& s, journal::unit unit, append_in_flight flight) {
  s.flight = std::move(flight);
  ++flights_;
  made_.push_back({index_, &s, std::move(unit)});
}

// Nothing was due although somebody thought so: the clock went back. What is due next is kept.
void shard::rearm(run_slot& s, journal::wall_time now) {
  const auto next = s.body->next_deadline();
  if (!next || *next > later(now, core_.options.timer_horizon)) return;
  for (const auto& timer : s.body->due_timers(*next)) {
    timers_.add({timer.deadline, s.id, timer.command, journal::timer_row::purpose::timer});
  }
}

// Nothing to do: the frames stay while the cache has room, and somebody may want them soon.
void shard::settle(run_slot& s) {
  if (s.body) {
    const auto next = s.body->next_deadline();
    const bool is_far = next && *next > later(core_.clock.now(), core_.options.timer_horizon);
    if (is_far && s.body->only_sleeps()) return evict(s);
    cache_.put(s);
    while (run_slot* victim = cache_.over_budget()) evict(*victim);
    return;
  }
  if (s.is_disposable()) erase(s);
}

void shard::evict(run_slot& s) {
  drop_body(s);
  core_.count.evictions.fetch_add(1, std::memory_order_relaxed);
  if (s.is_disposable()) erase(s);
}

}  // namespace theus
