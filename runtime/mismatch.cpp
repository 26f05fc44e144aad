#include "theus/runtime/mismatch.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <map>

#include "theus/runtime/context_writes.hpp"
#include "theus/runtime/describe.hpp"
#include <theus/value/patch.hpp>

namespace theus {

namespace {

// Bytes differ: do they mean the same to today's types? (semantics rule 13)
bool means_the_same(const std::string& recorded, const std::string& attempted,
                    reencode_function reencode) {
  if (recorded == attempted) return true;
  if (!reencode) return false;
  try {
    return reencode(recorded) == attempted;
  } catch (const std::exception&) {
    return false;
  }
}

std::string shown(const std::optional<value>& v) { return v ? describe(*v) : "erased"; }

// What a phase or iteration did to the Context around it, path by path.
std::vector<field_difference> differences_of_changes(const std::string& recorded,
                                                     const std::string& attempted) {
  std::vector<field_difference> found;
  const auto before = recorded.empty() ? value_patch() : decode_patch(recorded);
  const auto now = attempted.empty() ? value_patch() : decode_patch(attempted);
  if (!before || !now) return found;
  std::map<std::string, std::array<std::string, 2>> places;
  for (const auto& each : before->changes) places[each.where.to_string()][0] = shown(each.to);
  for (const auto& each : now->changes) places[each.where.to_string()][1] = shown(each.to);
  for (auto& [where, is] : places) {
    if (is[0] == is[1]) continue;
    for (std::string& each : is) {
      if (each.empty()) each = "unchanged";
    }
    found.push_back({"Context " + where, brief(std::move(is[0])), brief(std::move(is[1]))});
  }
  return found;
}

std::vector<field_difference> differences(const journal::command& recorded,
                                          const attempted_command& attempted) {
  std::vector<field_difference> found;
  if (recorded.index() != attempted.value.index()) {
    found.push_back({"kind", kind_name(recorded), kind_name(attempted.value)});
    return found;
  }
  const auto before = fields_of(recorded);
  const auto now = fields_of(attempted.value);
  if (const auto* closed = std::get_if<journal::close_scope>(&recorded)) {
    found = differences_of_changes(closed->changes,
                                   std::get<journal::close_scope>(attempted.value).changes);
  }
  for (std::size_t i = 0; i < before.size(); ++i) {
    const bool same = before[i].is_payload
                          ? means_the_same(before[i].value, now[i].value, attempted.reencode)
                          : before[i].value == now[i].value;
    if (!same) found.push_back({before[i].name, before[i].value, now[i].value});
  }
  return found;
}

// What was recorded from `i` on, and attempted from `made` on.
mismatch difference_at(mismatch::kind what, const journal::turn& recorded, std::size_t i,
                       const turn_draft& attempted, std::size_t made) {
  mismatch found;
  found.what = what;
  found.index = i;
  for (; i < recorded.commands.size(); ++i) found.recorded_rest.push_back(recorded.commands[i]);
  if (!found.recorded_rest.empty()) found.recorded = found.recorded_rest.front();
  if (made < attempted.commands.size()) {
    found.attempted = attempted.commands[made].value;
    found.awaited_at = location_of(attempted.commands[made].awaited_at);
  }
  for (; made < attempted.commands.size(); ++made) {
    found.attempted_rest.push_back(attempted.commands[made].value);
  }
  return found;
}

std::optional<mismatch> compare_commands(const journal::turn& recorded,
                                         const turn_draft& attempted) {
  const auto& before = recorded.commands;
  const auto& now = attempted.commands;
  for (std::size_t i = 0, made = 0;; ++i, ++made) {
    // Code may forget about a change that every run follows by now.
    while (i < before.size() && std::holds_alternative<journal::version_marker>(before[i]) &&
           (made == now.size() || now[made].value != before[i])) {
      ++i;
    }
    if (i == before.size() && made == now.size()) return std::nullopt;
    if (made == now.size())
      return difference_at(mismatch::kind::command_missing, recorded, i, attempted, made);
    if (i == before.size())
      return difference_at(mismatch::kind::command_added, recorded, i, attempted, made);
    if (before[i] == now[made].value) continue;
    auto fields = differences(before[i], now[made]);
    if (fields.empty()) continue;
    auto found = difference_at(mismatch::kind::command_differs, recorded, i, attempted, made);
    found.differences = std::move(fields);
    return found;
  }
}

std::optional<mismatch> compare_events(const journal::turn& recorded, const turn_draft& attempted) {
  const auto [theirs, ours] = std::mismatch(recorded.events.begin(), recorded.events.end(),
                                            attempted.events.begin(), attempted.events.end());
  if (theirs == recorded.events.end() && ours == attempted.events.end()) return std::nullopt;
  mismatch found;
  found.what = mismatch::kind::event_differs;
  found.index = static_cast<std::size_t>(theirs - recorded.events.begin());
  found.differences.push_back({"event",
                               theirs == recorded.events.end() ? "none" : describe(*theirs),
                               ours == attempted.events.end() ? "none" : describe(*ours)});
  return found;
}

const char* first_thoughts(mismatch::kind what) {
  switch (what) {
    case mismatch::kind::command_differs:
      return "The code at this await asks for something else than it did when this turn was "
             "recorded.";
    case mismatch::kind::command_missing:
      return "An await that was there when this turn was recorded was removed, or is no longer "
             "reached.";
    case mismatch::kind::command_added:
      return "An await was added before this point, or is reached now and was not then.";
    case mismatch::kind::event_differs:
      return "A recorded event finds nothing in today's code that waits for it.";
    case mismatch::kind::state_differs:
      return "The same commands, but scopes, random draws or unread signals differ.";
    case mismatch::kind::workflow_threw:
      return "This turn was recorded as a success; today's code throws in it.";
  }
  return "";
}

const journal::event* intake_event(std::span<const event_batch> intakes, std::size_t number) {
  for (const event_batch& each : intakes) {
    if (number <= each.events.size()) return number == 0 ? nullptr : &each.events[number - 1];
    number -= each.events.size();
  }
  return nullptr;
}

// The event that the machine applied last before it made the command; null: none.
const journal::event* event_before(const attempted_command& made, const turn_draft& attempted,
                                   std::span<const event_batch> intakes) {
  const bool is_of_intake = made.moment % 2 == 0;
  if (is_of_intake || made.behind_events == 0) return intake_event(intakes, made.moment / 2);
  const std::size_t behind = made.behind_events;
  return behind <= attempted.events.size() ? &attempted.events[behind - 1] : nullptr;
}

// Both are the same call, with other contents.
bool are_one_call(const mismatch& found) {
  return std::ranges::none_of(found.differences, [](const field_difference& each) {
    return each.field == "kind" || each.field == "id" || each.field == "activity" ||
           each.field == "name" || each.field == "change";
  });
}

// Of a call that is no longer made no record says which event it came behind.
std::string events_before(const mismatch& found, const journal::turn& recorded,
                          const turn_draft& attempted, std::span<const event_batch> intakes) {
  const std::size_t made = attempted.commands.size() - found.attempted_rest.size();
  const auto before = [&](std::size_t command) {
    return event_before(attempted.commands[command], attempted, intakes);
  };
  const journal::event* first = intake_event(intakes, 1);
  if (!first && !recorded.events.empty()) first = &recorded.events.front();
  if (made > 0) first = before(made - 1);
  const journal::event* last = first;
  if (!found.attempted_rest.empty()) {
    last = before(made);
    if (!found.recorded || are_one_call(found)) first = last;
  } else if (!recorded.events.empty()) {
    last = &recorded.events.back();
  } else if (!intakes.empty()) {
    last = intake_event(intakes.last(1), intakes.back().events.size());
  }
  if (!first || !last) return {};
  return *first == *last ? describe(*last) : describe(*first) + ", or up to " + describe(*last);
}

}  // namespace

std::string location_of(const std::source_location& at) {
  if (at.line() == 0) return {};
  return std::string(at.file_name()) + ":" + std::to_string(at.line());
}

const char* name(mismatch::kind kind) {
  switch (kind) {
    case mismatch::kind::command_differs:
      return "command differs";
    case mismatch::kind::command_missing:
      return "command missing";
    case mismatch::kind::command_added:
      return "command added";
    case mismatch::kind::event_differs:
      return "event differs";
    case mismatch::kind::state_differs:
      return "state differs";
    case mismatch::kind::workflow_threw:
      return "workflow threw";
  }
  return "?";
}

std::optional<mismatch> compare(journal::run_id run, journal::sequence at,
                                const journal::turn& recorded, const turn_draft& attempted,
                                const journal::hash256* attempted_digest,
                                std::span<const event_batch> intakes) {
  auto found = compare_commands(recorded, attempted);
  if (!found) found = compare_events(recorded, attempted);
  if (!found && attempted_digest && *attempted_digest != recorded.state_digest) {
    found.emplace();
    found->what = mismatch::kind::state_differs;
  }
  if (!found) return std::nullopt;
  found->run = run;
  found->turn = at;
  found->event = events_before(*found, recorded, attempted, intakes);
  return found;
}

std::vector<field_difference> differences_of_writes(const std::string& recorded,
                                                    const std::string& attempted,
                                                    const finished_scopes* over) {
  std::map<std::string, std::array<std::string, 2>> places;
  const auto note = [&](const std::string& encoded, std::size_t side) {
    const auto writes = decode_writes(encoded);
    if (!writes) return;
    for (const context_write& each : *writes) {
      if (!over || !over->covers(each.scope)) places[place_of(each)][side] = to_text(each);
    }
  };
  note(recorded, 0);
  note(attempted, 1);
  std::vector<field_difference> found;
  for (auto& [where, to] : places) {
    if (to[0] == to[1]) continue;
    for (std::string& each : to) {
      if (each.empty()) each = "not written";
    }
    found.push_back({"Context " + where, std::move(to[0]), std::move(to[1])});
  }
  return found;
}

std::string mismatch::explain() const {
  std::string text = "mismatch: " + std::string(name(what)) + " in run " + run.to_string() +
                     " at turn " + std::to_string(journal::number(turn)) + ", index " +
                     std::to_string(index);
  if (!event.empty()) text += "\n  event:     " + event;
  if (!awaited_at.empty()) text += "\n  awaited at " + awaited_at;
  if (recorded) text += "\n  recorded:  " + describe(*recorded);
  if (attempted) text += "\n  attempted: " + describe(*attempted);
  for (const auto& each : differences) {
    text += "\n  " + each.field + ": recorded " + each.recorded + ", attempted " + each.attempted;
  }
  if (!build.empty()) text += "\n  recorded by build " + build;
  text += "\n  " + (likely_cause.empty() ? std::string(first_thoughts(what))
                                         : "likely cause: " + likely_cause);
  if (!advice.empty()) text += "\n  what to do: " + advice;
  text += "\n  The run is set aside as it is and continues with a binary that fits its history.";
  return text;
}

}  // namespace theus
