#include "simulation/reasons.hpp"

#include <algorithm>
#include <tuple>

namespace theus::simulation {
namespace {

constexpr std::size_t every = 1'000'000;

std::string text_of(const journal::timer_row& row) {
  const bool is_retry = row.what == journal::timer_row::purpose::retry;
  return std::string(is_retry ? "retry " : "timer ") + row.run.to_string() + "/" +
         row.command.to_string() + " at " + std::to_string(row.due.time_since_epoch().count());
}
std::string text_of(const journal::task_row& row) {
  return std::to_string(row.count) + " tasks of " + row.run.to_string();
}
std::string text_of(const journal::backlog_row& row) {
  return "backlog " + row.run.to_string() + "/" + std::to_string(journal::number(row.intake));
}

// In an intake that no turn has consumed yet: the row is gone, the workflow does not know.
bool has_outcome(const run_history& run, const journal::command_id& id) {
  for (const auto& each : run.state().unconsumed()) {
    for (const auto& e : each.events) {
      const auto* done = std::get_if<journal::activity_completed>(&e);
      if (done && done->command == id) return true;
    }
  }
  return false;
}

// The rows that the state of an unfinished run stands for.
void expect(const run_history& run, std::set<std::string>& rows) {
  const machine& state = run.state().state();
  std::uint32_t first_attempts = 0;
  for (const auto* each : state.pending_activities()) {
    if (has_outcome(run, each->id())) continue;
    const auto& due = each->attempts().scheduled_for;
    if (due) {
      rows.insert(text_of(
          journal::timer_row{*due, run.id(), each->id(), journal::timer_row::purpose::retry}));
    } else {
      ++first_attempts;
    }
  }
  if (first_attempts > 0) rows.insert(text_of(journal::task_row{run.id(), first_attempts}));
  for (const auto& each : state.due_timers(journal::wall_time::max())) {
    rows.insert(text_of(journal::timer_row{each.deadline, run.id(), each.command,
                                           journal::timer_row::purpose::timer}));
  }
  for (const auto& each : run.state().unconsumed()) {
    rows.insert(text_of(journal::backlog_row{run.id(), each.at}));
  }
}

template <class Row>
void collect(const result<std::vector<Row>>& page, std::set<std::string>& rows) {
  for (const auto& each : page.value()) rows.insert(text_of(each));
}

// Whether an attempt of it may wait for others to end, or for its turn in the rate. What takes its
// place in a queue is in simulated_activities::running() too, since plain ones end at once.
bool may_wait(const idle_engine& engine, const std::string& activity) {
  const std::size_t running = engine.activities.running();
  if (running >= engine.activities_at_once) return true;
  const auto found = engine.queues.limits.find(activity);
  if (found == engine.queues.limits.end()) return false;
  const queue_limits& limits = found->second;
  return limits.per_second > 0 || (limits.at_once > 0 && running >= limits.at_once);
}

void check_run(const run_history& run, const idle_engine& engine, verdict& outcome) {
  if (run.is_held()) return;
  const std::string name = "run " + run.id().to_string() + " has no reason to wake: ";
  if (run.awaiting_turn() > 0) return outcome.violated(name + "intakes are not consumed");
  const machine& state = run.state().state();
  if (state.is_deadlocked()) return outcome.violated(name + "it waits for nothing outside");
  const auto next = state.next_deadline();
  if (next && *next <= engine.swept) {
    return outcome.violated(name + "a timer is overdue");
  }
  for (const auto* each : state.pending_activities()) {
    const auto& due = each->attempts().scheduled_for;
    if (due && *due > engine.swept) continue;
    const auto key = run.id().to_string() + "/" + each->id().to_string();
    if (engine.activities.is_running(key) || may_wait(engine, each->command().activity)) continue;
    return outcome.violated(name + "activity " + each->id().to_string() +
                            (due ? " is overdue" : " is not running"));
  }
}

}  // namespace

void check_rows(const auditor& audit, journal::store& witness, verdict& outcome) {
  std::set<std::string> expected;
  for (const auto& [run, each] : audit.runs()) {
    if (!each.outcome()) expect(each, expected);
  }
  std::set<std::string> found;
  collect(witness.timers(journal::wall_time::max(), std::nullopt, every), found);
  collect(witness.tasks(std::nullopt, every), found);
  collect(witness.backlog(std::nullopt, every), found);
  for (const auto& row : expected) {
    if (!found.contains(row)) outcome.violated("row missing: " + row);
  }
  for (const auto& row : found) {
    if (!expected.contains(row)) outcome.violated("row left over: " + row);
  }
}

void check_reasons(const auditor& audit, const idle_engine& engine, verdict& outcome) {
  for (const auto& [run, each] : audit.runs()) {
    if (each.outcome()) continue;
    const auto stuck =
        std::ranges::find_if(engine.stuck, [&](const stuck_run& s) { return s.run == run; });
    if (stuck == engine.stuck.end()) {
      check_run(each, engine, outcome);
    } else if (stuck->next_try <= engine.swept && !each.is_held()) {
      outcome.violated("stuck run " + run.to_string() + " is not tried again: " + stuck->reason);
    }
  }
}

}  // namespace theus::simulation
