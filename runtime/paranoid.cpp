#include "paranoid.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <variant>

#include "theus/runtime/context_writes.hpp"
#include "theus/runtime/describe.hpp"
#include "theus/runtime/mismatch.hpp"

#include "loader.hpp"
#include "surroundings.hpp"

namespace theus {
namespace {

struct prepared_run {
  std::unique_ptr<machine> body;  // null: there is nothing to compare with
  std::string wrong;
};

prepared_run begin_again(const run_source& from, const new_turn& turn) {
  const auto start = std::ranges::find_if(turn.own.events, [](const journal::event& e) {
    return std::holds_alternative<journal::started>(e);
  });
  const auto& name = std::get<journal::started>(*start).workflow_type;
  const auto type = from.what.workflows.find(name);
  return {std::make_unique<machine>(*type->second, from.bounds, turn.run), {}};
}

prepared_run bring_back(const run_source& from, const new_turn& turn) {
  if (turn.before.at == journal::before_first) return begin_again(from, turn);
  auto loaded = load_run(from.journal, from.archive, from.what, turn.run, from.bounds);
  if (!loaded) return {nullptr, "the run cannot be replayed: " + loaded.error().message};
  if (auto* aside = std::get_if<set_aside_run>(&*loaded)) return {nullptr, aside->reason};
  auto* run = std::get_if<loaded_run>(&*loaded);
  // Somebody else writes this run by now: the append of the turn will be refused.
  if (!run || run->head.at != turn.before.at) return {};
  return {std::move(run->body), {}};
}

journal::turn as_recorded(const turn_draft& made, const machine& by) {
  journal::turn turn;
  turn.events = made.events;
  for (const auto& each : made.commands) turn.commands.push_back(each.value);
  turn.state_digest = by.state_digest();
  turn.notes.context_changes = by.written();
  return turn;
}

// The first await of the turn: what only differs in its state has none of its own.
std::string first_await(const turn_draft& made) {
  for (const auto& each : made.commands) {
    if (each.awaited_at.line() != 0) return location_of(each.awaited_at);
  }
  return {};
}

std::optional<mismatch> compare(const new_turn& turn, const turn_draft& made, const machine& by,
                                const step_result& again, const machine& second) {
  const journal::turn first = as_recorded(made, by);
  auto at = next(turn.before.at);
  if (!turn.attempts.empty()) at = next(at);  // they are a record of their own
  std::optional<mismatch> found;
  if (const auto* draft = std::get_if<turn_draft>(&again)) {
    const auto digest = second.state_digest();
    found = theus::compare(turn.run, at, first, *draft, &digest, turn.intakes);
    if (!found) return std::nullopt;
    std::ranges::move(differences_of_writes(first.notes.context_changes, second.written()),
                      std::back_inserter(found->differences));
    if (found->awaited_at.empty()) found->awaited_at = first_await(made);
  } else {
    found.emplace();
    found->what = mismatch::kind::workflow_threw;
    if (const auto* bug = std::get_if<workflow_bug>(&again)) {
      found->awaited_at = bug->location;
      found->differences.push_back({"outcome", "a turn", bug->explain()});
    }
  }
  found->run = turn.run;
  found->turn = at;
  if (!first.events.empty()) found->event = describe(first.events.back());
  return found;
}

std::string explain(const mismatch& found) {
  std::string text = "not the same twice: " + std::string(name(found.what)) + " in run " +
                     found.run.to_string() + " at turn " +
                     std::to_string(journal::number(found.turn)) + ", index " +
                     std::to_string(found.index);
  if (!found.event.empty()) text += "\n  event:     " + found.event;
  if (!found.awaited_at.empty()) text += "\n  awaited at " + found.awaited_at;
  if (found.recorded) text += "\n  this run of the turn:    " + describe(*found.recorded);
  if (found.attempted) text += "\n  the same turn once more: " + describe(*found.attempted);
  for (const auto& each : found.differences) {
    text += "\n  " + each.field + ": " + each.recorded + ", once more " + each.attempted;
  }
  text +=
      "\n  likely cause: the code reads something that is not the same twice: an address, memory "
      "that nobody wrote, the order of an unordered container, a static variable"
      "\n  what to do: see \"What a workflow may use\" in docs/determinism.md"
      "\n  Nothing of this turn was recorded, and nothing that it asks for was done. The run is "
      "set "
      "aside as it is and continues with a binary that does the same twice.";
  return text;
}

}  // namespace

step_result step_first(machine& body, const new_turn& turn) {
  const surroundings around(surroundings::kind::first);
  step_result made;
  around.call([&] { made = body.step(turn.intakes, turn.own); });
  return made;
}

std::optional<std::string> differs_once_more(const run_source& from, const new_turn& turn,
                                             const turn_draft& made, const machine& body) {
  const surroundings around(surroundings::kind::second);
  prepared_run second = bring_back(from, turn);
  if (!second.body) {
    return second.wrong.empty() ? std::nullopt : std::optional(std::move(second.wrong));
  }
  for (const auto& each : turn.attempts) second.body->note(each);
  step_result again;
  around.call([&] { again = second.body->step(turn.intakes, turn.own); });
  const auto found = compare(turn, made, body, again, *second.body);
  if (!found) return std::nullopt;
  return explain(*found);
}

}  // namespace theus
