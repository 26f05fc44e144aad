#include <algorithm>

#include "engine_core.hpp"
#include "shard.hpp"

// What is said of a run from outside, and needs none of its code: that it ends, stands still, or
// goes on. Each is an intake of its own, whatever the run's code would say, had it a turn.
namespace theus {
namespace {

constexpr std::size_t rows_per_page = 512;

}  // namespace

// True: one of them is on its way to the journal, or could not be. What came in beside it waits: it
// is kept by a run that stands still, taken by one that goes on, and too late for one that has
// ended.
bool shard::take_ruling(run_slot& s) {
  for (;;) {
    inbox taken = s.incoming.take_ruling();
    if (taken.empty()) return false;
    const bool is_end = std::holds_alternative<journal::terminated>(taken.events.front());
    const bool is_pause = std::holds_alternative<journal::paused>(taken.events.front());
    if (!is_end && is_paused(s) == is_pause) {  // as it is already
      if (taken.answers.front()) taken.answers.front()(result<void>());
      continue;
    }
    if (!is_end) drop_body(s);  // it comes back with what is kept meanwhile
    if (!s.body) read_head(s);
    append_intake(s, std::move(taken));
    if (!s.flight) make_ready(s);
    return true;
  }
}

// Absent: the journal cannot be read at the moment.
std::optional<bool> shard::is_paused(run_slot& s) {
  if (!s.paused) {
    const auto row = core_.journal.instance(s.id);
    if (!row) return std::nullopt;
    s.paused = *row && (*row)->is_paused;
  }
  return s.paused;
}

// Nobody knows whether the run may make a turn, so it makes none before it is known.
void shard::ask_again_later(run_slot& s) {
  s.look_again =
      core_.clock.set_delay(core_.where.shards[index_], core_.options.stuck_first_backoff,
                            core_.guarded_on_shard(index_, [this, run = s.id] {
                              run_slot* again = is_over() ? nullptr : find(run);
                              if (again) make_ready(*again);
                            }));
}

// Nothing is loaded. What came in is kept in intakes, in order, and attempts that were not let go
// are not let go now; timers wait in their rows.
void shard::stand_still(run_slot& s) {
  refuse_trim(s, {errc::bad_input,
                  "run " + s.id.to_string() + " is paused: it is trimmed once it goes on again"});
  drop_body(s);
  s.wake = false;
  inbox updates = s.incoming.take_updates();  // nobody judges them before it goes on
  if (!s.incoming.empty()) {
    read_head(s);
    keep_for_later(s);
  }
  updates.put_back(std::move(s.incoming));
  s.incoming = std::move(updates);
  if (s.is_disposable()) erase(s);
}

void shard::heed(run_slot& s, const journal::unit& unit) {
  for (const auto& event : journal::events_of(unit.entries().back().value)) {
    if (std::holds_alternative<journal::paused>(event)) s.paused = true;
    if (!std::holds_alternative<journal::resumed>(event)) continue;
    s.paused = false;
    s.wake = true;
  }
}

bool shard::was_terminated(const std::string& workflow_id) const {
  const auto run = core_.journal.run_of(workflow_id);
  if (!run || !*run) return false;
  const auto row = core_.journal.instance(**run);
  return row && *row && (*row)->status == journal::run_status::terminated;
}

// Also those that follow from rows rather than from a record: what children hear of an end, and
// what the parent of a run hears that nobody had in memory. A sweep finds what cannot be read now.
void shard::send_messages_of(journal::run_id run) {
  journal::message_row after{run, journal::send_signal()};  // none has a number this low
  for (;;) {
    const auto page = core_.journal.messages(after, rows_per_page);
    if (!page) return;
    for (const auto& row : *page) {
      if (row.sender != run) return;
      core_.relay.send(row);
    }
    if (page->size() < rows_per_page) return;
    after = page->back();
  }
}

}  // namespace theus
