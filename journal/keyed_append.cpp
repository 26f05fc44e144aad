#include <algorithm>
#include <new>

#include "keyed_store.hpp"
#include "keys.hpp"
#include "row_writer.hpp"
#include "staging.hpp"

// Appends: what is acceptable, what it writes, and when it is answered. One is checked and written
// while the one before it is on its way to the disk, so neither waits for the other.
namespace theus::journal {
append_ticket keyed_store::begin_append(std::span<const unit> units) {
  const std::lock_guard lock(writing_);
  staging& s = under_way_.begin();
  try {
    s.answers.resize(units.size());
    stage_all(units, s);
    if (s.units.empty()) return s.ticket;
    const auto done = prepare(s.changes, s.units);
    s.is_prepared = done.has_value();
    s.answered_behind = prepared_;
    if (!done) {
      s.failure = done.error();
      abandon(s);
    }
    return s.ticket;
  } catch (...) {  // no memory: what the cache says of these runs may be half changed
    for (const unit& u : units) {
      const auto known = heads_.find(u.run());
      if (known && !known->is_ahead) heads_.erase(u.run());
    }
    abandon(s);
    under_way_.end(s, [] {});
    throw;
  }
}

std::vector<append_answer> keyed_store::finish_append(append_ticket begun) {
  staging& s = under_way_[begun];
  const auto done = s.answered_behind == 0 ? result<void>() : harden(s.answered_behind);
  if (!done && !s.failure) s.failure = done.error();
  if (s.failure) {
    for (const auto* places : {&s.places, &s.resting}) {
      for (const std::size_t place : *places) {
        s.answers[place] = {append_status::unknown, std::nullopt, s.failure};
      }
    }
    abandon(s);
  } else {
    for (const std::size_t place : s.places) s.answers[place].status = append_status::committed;
  }
  auto answers = std::move(s.answers);
  under_way_.end(s, [&] {
    if (s.is_prepared && !s.failure) settle(s);
  });
  return answers;
}

void keyed_store::stage_all(std::span<const unit> units, staging& s) {
  std::optional<error> refused = trouble();
  if (!refused && units.size() > options_.bounds.units_per_append) {
    refused = error{errc::limit_exceeded, "an append has more units than limits::units_per_append"};
  }
  if (refused) {
    for (append_answer& a : s.answers) a.why = refused;
    return;
  }
  heads_.trim();
  s.cache_generation = heads_.generation();
  s.changes.reserve(2 * units.size() + 1);
  s.units.reserve(units.size());
  s.places.reserve(units.size());
  s.known.reserve(units.size());
  for (std::size_t i = 0; i < units.size(); ++i) {
    const std::size_t mark = s.changes.size();
    const std::size_t accepted = s.units.size();
    s.rests = false;
    if (auto staged = stage(units[i], s, s.answers[i]); !staged) {
      s.answers[i] = {append_status::unknown, std::nullopt, staged.error()};
      heads_.erase(units[i].run());
      s.unknown.erase(units[i].run());
    }
    if (s.units.size() == accepted) {
      s.changes.resize(mark);
      if (s.rests) s.resting.push_back(i);
    } else {
      s.places.push_back(i);
    }
  }
}

// Adds an acceptable unit to `s`, otherwise says in `answer` why not. Errors: what a read ran into.
result<void> keyed_store::stage(const unit& u, staging& s, append_answer& answer) {
  if (u.owner() != epoch_) {
    answer.status = append_status::fenced;
    return {};
  }
  answer.status = append_status::conflict;
  auto known = heads_.find(u.run());
  bool is_begun = known ? known->is_ahead : under_way_.concerns(u.run());
  if (!known && !is_begun) {  // one that ended meanwhile has put its runs into the cache by now
    known = heads_.find(u.run());
    is_begun = known && known->is_ahead;
  }
  if (is_begun) {
    s.rests = true;
    s.answered_behind = prepared_;
    return {};
  }
  std::optional<head> before;
  if (known) before = known->at->newest;
  if (!before && u.expected() == first_sequence) {
    // A filter knows of most keys that they are not there; a last record has to be sought.
    const auto taken = engine_->get(space::records, keys::record(u.run(), first_sequence));
    if (!taken) return taken.error();
    if (*taken) return {};
    before = head();
  } else if (!before) {
    auto stored = stored_head(u.run());
    if (!stored) return stored.error();
    before = stored->value_or(head());
  }
  const anchor* const behind = u.behind();
  std::optional<started> trimmed_opening;
  const started* opening = opening_in(u.entries().front().value);
  if (behind != nullptr) {
    if (before->at != before_first) return {};
    if (auto fits = check_checkpoint(u.run(), *behind); !fits) {
      answer.why = fits.error();
      return {};
    }
    opening = &trimmed_opening.emplace(
        started{behind->workflow_id, behind->workflow_type, behind->request_id, {}});
    trimmed_opening->parent = behind->parent;
  } else if (u.expected() != next(before->at) ||
             u.entries().front().value.previous != before->hash) {
    return {};
  }
  if (opening != nullptr) {
    auto taken = holder(*opening, u.entries().front().value.time, s);
    if (!taken) return taken.error();
    if (*taken) {
      answer.holder = *taken;
      return {};
    }
  }

  if (behind == nullptr) {
    for (const unit::entry& e : u.entries()) {
      if (!std::holds_alternative<anchor>(e.value.body)) continue;
      if (auto fits = stage_anchor(u, e, *before, s); !fits) {
        answer.why = fits.error();
        return {};
      }
    }
  }
  known_rows* of_run = known ? &known->at->rows : nullptr;
  if (of_run == nullptr) {
    auto read = opening != nullptr ? result<known_rows>(known_rows::of_new_run())
                                   : stored_rows(u.run(), before->at);
    if (!read) return read.error();
    of_run = &s.unknown.emplace(u.run(), std::move(*read)).first->second;
  }
  if (behind != nullptr) *of_run = known_rows::of_anchor(*behind);
  row_writer rows(*engine_, s.changes, u.run(), *of_run);
  if (behind != nullptr) {
    for (const row_change& c : rows_behind(u.run(), *behind)) {
      if (auto ok = rows.apply(c, behind->through); !ok) return ok;
    }
    s.anchored.emplace_back(checkpoint_id{u.run(), behind->through}, behind->manifest);
  }
  for (const unit::entry& e : u.entries()) {
    s.changes.push_back({space::records, keys::record(u.run(), e.value.at), e.bytes});
    s.derived.clear();
    derive(u.run(), e.value, s.derived);
    for (const row_change& c : s.derived) {
      if (auto ok = rows.apply(c, e.value.at); !ok) return ok;
    }
    of_run->tasks.end_record(e.value.at);
  }
  rows.write_tasks();
  answer.told_children = rows.told_children();
  heartbeats_.erase_ended(u, s.changes);
  if (known) {
    s.known.emplace_back(known->at, u.resulting_head());
    known->at->is_ahead = true;
  }
  s.units.push_back(&u);
  if (opening != nullptr) {
    s.claims.emplace(keys::workflow(opening->workflow_id), u.run());
    if (!opening->request_id.empty()) {
      s.claims.emplace(keys::request(opening->workflow_id, opening->request_id), u.run());
    }
  }
  return {};
}

// The run that keeps `e` from opening another at `at`: of the same request, or running under the
// same id.
result<std::optional<run_id>> keyed_store::holder(const started& e, wall_time at, staging& s) {
  const std::string keys_of_claims[] = {keys::request(e.workflow_id, e.request_id),
                                        keys::workflow(e.workflow_id)};
  for (const std::string& key : keys_of_claims) {
    if (const auto claimed = under_way_.claimant(key)) {
      s.rests = true;
      s.answered_behind = prepared_;
      return claimed;
    }
  }
  if (!e.request_id.empty()) {
    auto requested = run_of_request(e.workflow_id, e.request_id);
    if (!requested) return requested;
    if (*requested) {
      const auto holds = holds_request(**requested, at);
      if (!holds) return holds.error();
      // A child is never begun twice, however late its parent asks again.
      if (*holds || e.parent) return requested;
    }
  }
  const auto newest = run_of(e.workflow_id);
  if (!newest || !*newest) return newest;
  const auto row = instance(**newest);
  if (!row) return row.error();
  if (*row && (*row)->status != run_status::running) return std::optional<run_id>();
  return *newest;
}

// A request id outlives its finished run by the window (rule 27).
result<bool> keyed_store::holds_request(run_id run, wall_time at) {
  const auto row = instance(run);
  if (!row) return row.error();
  return *row && (!(*row)->closed_at || at - *(*row)->closed_at <= options_.request_window);
}

// What became durable is what the cache knows from now on.
void keyed_store::settle(staging& s) {
  heads_.advance(s.known, s.cache_generation);
  if (s.unknown.empty()) return;
  for (const unit* u : s.units) {
    const auto found = s.unknown.find(u->run());
    if (found == s.unknown.end()) continue;
    try {
      heads_.put(u->run(), u->resulting_head(), std::move(found->second), s.cache_generation);
    } catch (const std::bad_alloc&) {
      return;  // they are read when they are needed
    }
  }
}

// Nothing is known of what it was to write: of its runs the cache knows no more.
void keyed_store::abandon(staging& s) {
  heads_.erase(s.known, s.cache_generation);
  s.known.clear();
}

}  // namespace theus::journal
