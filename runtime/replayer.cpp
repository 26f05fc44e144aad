#include "theus/runtime/replayer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "theus/runtime/describe.hpp"

namespace theus {

bool is_consumable(const journal::event& e) { return journal::needs_turn(e); }

namespace {

std::string explain(const context_drift& drift) {
  return "the Context around " + drift.scope.to_string() + " when it closed: " + drift.message;
}

// The part of a turn that is applied when what is over is not run.
struct turn_rest {
  journal::turn recorded;
  std::vector<recorded_close> closes;  // they refer to the whole turn
};

turn_rest rest_of(const journal::turn& whole, const finished_scopes& over) {
  turn_rest rest;
  rest.recorded.consumed_through = whole.consumed_through;
  rest.recorded.state_digest = whole.state_digest;
  rest.recorded.notes = whole.notes;
  std::vector<std::uint32_t> left_before{0};  // by the number of events before
  for (const journal::event& e : whole.events) {
    if (!is_covered(e, over)) rest.recorded.events.push_back(e);
    left_before.push_back(static_cast<std::uint32_t>(rest.recorded.events.size()));
  }
  for (const journal::command& c : whole.commands) {
    const auto* closed = std::get_if<journal::close_scope>(&c);
    if (!is_covered(c, over)) {
      rest.recorded.commands.push_back(c);
    } else if (closed && !over.covers(closed->id.scope)) {
      const auto behind = std::min<std::size_t>(closed->behind_events, whole.events.size());
      rest.closes.push_back({closed, closed->moment, left_before[behind], nullptr});
    }
  }
  return rest;
}

}  // namespace

replayer::replayer(const workflow_type& type, journal::run_id run, check how,
                   const machine_limits& bounds)
    : run_(run), how_(how), machine_(std::make_unique<machine>(type, bounds, run)) {
  machine_->skip(&over_);
}

void replayer::know(const journal::record& later) {
  const auto* turn = std::get_if<journal::turn>(&later.body);
  if (!turn) return;
  for (const auto& command : turn->commands) {
    if (const auto* closed = std::get_if<journal::close_scope>(&command)) over_.add(*closed);
  }
}

void replayer::know(const short_turn& later) {
  for (const auto& step : later.steps) {
    if (const auto* closed = std::get_if<closed_scope>(&step.what)) over_.add(closed->how);
  }
}

std::optional<mismatch> replayer::feed(const journal::stored_record& record) {
  head_ = {record.value.at, record.hash, record.value.time};
  if (const auto* turn = std::get_if<journal::turn>(&record.value.body)) {
    return feed_turn(record.value, *turn);
  }
  const auto* intake = std::get_if<journal::intake>(&record.value.body);
  if (intake) feed_intake(record.value, *intake);
  return std::nullopt;
}

void replayer::feed_intake(const journal::record& r, const journal::intake& i) {
  unconsumed_intake kept{r.at, r.raw_time, r.time, {}};
  for (const auto& e : i.events) {
    if (is_consumable(e)) {
      kept.events.push_back(e);
    } else {
      machine_->note(e);
    }
  }
  if (!kept.events.empty()) unconsumed_.push_back(std::move(kept));
}

std::optional<mismatch> replayer::feed_turn(const journal::record& r, const journal::turn& t) {
  const auto kept = std::find_if(unconsumed_.begin(), unconsumed_.end(),
                                 [&](const auto& each) { return each.at > t.consumed_through; });
  std::vector<event_batch> intakes;
  for (auto each = unconsumed_.begin(); each != kept; ++each) {
    intakes.push_back({each->raw_time, each->time, each->events});
  }
  // Also what was for phases and iterations that are not run.
  for (const auto& batch : intakes) {
    for (const auto& e : batch.events) machine_->remember(e);
  }
  for (const auto& e : t.events) machine_->remember(e);
  std::optional<mismatch> found;
  if (over_.empty()) {
    found = step(r.at, intakes, {r.raw_time, r.time, t.events}, {}, t, true);
  } else {
    const turn_rest rest = rest_of(t, over_);
    found = step(r.at, intakes, {r.raw_time, r.time, rest.recorded.events}, rest.closes,
                 rest.recorded, true);
  }
  if (found) {
    if (found->turn == r.at) found->build = t.notes.build.empty() ? build_ : t.notes.build;
    found->raw_times.push_back(r.raw_time);
    for (const auto& each : intakes) found->raw_times.push_back(each.raw_time);
  }
  unconsumed_.erase(unconsumed_.begin(), kept);
  last_turn_ = r.at;
  last_digest_ = t.state_digest;
  if (!t.notes.build.empty()) build_ = t.notes.build;
  if (!found) keep(r.at, t.commands);
  return found;
}

std::optional<mismatch> replayer::feed(const short_turn& whole) {
  short_turn turn{whole.at, {}, left_of(whole.commands, over_)};
  std::ranges::copy_if(whole.steps, std::back_inserter(turn.steps), [this](const auto& step) {
    const auto* closed = std::get_if<closed_scope>(&step.what);
    return closed ? !over_.covers(closed->how.id.scope)
                  : !is_covered(std::get<journal::event>(step.what), over_);
  });
  std::vector<event_batch> batches;
  std::vector<journal::event> events;
  std::vector<std::uint64_t> signals;
  std::vector<recorded_close> closes;
  events.reserve(turn.steps.size());
  for (const auto& each : turn.steps) {
    if (const auto* closed = std::get_if<closed_scope>(&each.what)) {
      // What ended it is left out: an event in its place that nobody takes keeps the time.
      events.push_back(journal::attempt_started{});
      closes.push_back(
          {&closed->how, static_cast<std::uint32_t>(2 * events.size()), 0, &closed->context});
      continue;
    }
    events.push_back(std::get<journal::event>(each.what));
    if (each.signal) signals.push_back(each.signal);
  }
  std::size_t next_event = 0;
  std::size_t next_signal = 0;
  for (std::size_t i = 0; i < turn.steps.size();) {
    const applied_step& first = turn.steps[i];
    std::size_t count = 0;
    std::size_t numbers = 0;
    for (; i < turn.steps.size() && turn.steps[i].raw_time == first.raw_time &&
           turn.steps[i].time == first.time;
         ++i) {
      ++count;
      if (turn.steps[i].signal) ++numbers;
    }
    batches.push_back({first.raw_time, first.time, std::span(events).subspan(next_event, count),
                       true, std::span(signals).subspan(next_signal, numbers)});
    next_event += count;
    next_signal += numbers;
  }
  journal::turn recorded;
  recorded.commands = turn.commands;
  event_batch own{};
  if (!batches.empty()) own = {batches.back().raw_time, batches.back().time, {}};
  auto found = step(turn.at, batches, own, closes, recorded, false);
  if (!found) keep(turn.at, turn.commands);
  return found;
}

std::optional<mismatch> replayer::step(journal::sequence at, std::span<const event_batch> intakes,
                                       const event_batch& own,
                                       std::span<const recorded_close> closes,
                                       const journal::turn& recorded, bool compares_events) {
  const recorded_turn record{closes, recorded.commands};
  auto stepped = machine_->step(intakes, own, &record);
  if (auto* draft = std::get_if<turn_draft>(&stepped)) {
    if (!compares_events) draft->events.clear();
    std::optional<journal::hash256> digest;
    if (how_ == check::everything && compares_events && !machine_->awaits_records()) {
      digest = machine_->state_digest();
    }
    auto found = compare(run_, at, recorded, *draft, digest ? &*digest : nullptr,
                         compares_events ? intakes : std::span<const event_batch>());
    if (found && found->what == mismatch::kind::state_differs) {
      found->differences =
          differences_of_writes(recorded.notes.context_changes, machine_->written(), &over_);
    }
    if (digest && !found) drift_.reset();
    if (!digest && !found && how_ == check::everything && compares_events) {
      note_drift(at, recorded);
    }
    return found && drift_ ? std::exchange(drift_, std::nullopt) : std::move(found);
  }
  if (drift_) return std::exchange(drift_, std::nullopt);
  mismatch found;
  found.run = run_;
  found.turn = at;
  if (const auto* drift = std::get_if<context_drift>(&stepped)) {
    found.what = mismatch::kind::state_differs;
    found.differences.push_back({"Context", "as it was", explain(*drift)});
    return found;
  }
  const auto& bug = std::get<workflow_bug>(stepped);
  found.what = mismatch::kind::workflow_threw;
  found.awaited_at = bug.location;
  found.differences.push_back(
      {"outcome", "a turn",
       (bug.is_forbidden_call ? "a call of " : "") + bug.type + ": " + bug.message});
  return found;
}

// The state cannot be told while what has begun awaits its recorded end; what was written can. It
// is reported once the state can be told, and differs, or when anything else does.
void replayer::note_drift(journal::sequence at, const journal::turn& recorded) {
  if (drift_) return;
  auto differences =
      differences_of_writes(recorded.notes.context_changes, machine_->written(), &over_);
  if (differences.empty()) return;
  drift_.emplace();
  drift_->what = mismatch::kind::state_differs;
  drift_->run = run_;
  drift_->turn = at;
  if (!recorded.events.empty()) drift_->event = describe(recorded.events.back());
  drift_->build = recorded.notes.build.empty() ? build_ : recorded.notes.build;
  drift_->differences = std::move(differences);
}

result<void> replayer::resume(const journal::head& at, const journal::hash256& digest,
                              const value& runtime_state) {
  head_ = at;
  last_turn_ = at.at;
  last_digest_ = digest;
  auto done = machine_->restore_runtime_state(runtime_state);
  if (done) keep(at.at, {});
  return done;
}

void replayer::keep_short_history() {
  kept_.emplace();
  machine_->trace(&applied_);
}

void replayer::keep(journal::sequence at, const std::vector<journal::command>& commands) {
  if (kept_) kept_->add(at, std::exchange(applied_, {}), commands, over_);
}

std::vector<short_turn> replayer::take_short_history() {
  machine_->trace(nullptr);
  return std::exchange(kept_, std::nullopt)->release([this](std::uint64_t signal) {
    return over_.took(signal) || machine_->is_unread(signal);
  });
}

std::unique_ptr<machine> replayer::release() {
  machine_->skip(nullptr);
  machine_->trace(nullptr);
  return std::move(machine_);
}

std::optional<mismatch> replayer::verify_digest() const {
  if (last_turn_ == journal::before_first || machine_->state_digest() == last_digest_) {
    return std::nullopt;
  }
  mismatch found;
  found.what = mismatch::kind::state_differs;
  found.run = run_;
  found.turn = last_turn_;
  return found;
}

}  // namespace theus
