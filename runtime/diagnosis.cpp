#include "theus/runtime/diagnosis.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "call_comparison.hpp"
#include "continued_calls.hpp"
#include "recorded_calls.hpp"

namespace theus {
namespace {

using cause = diagnosis::cause;

// Is the command one of that phase's or iteration's?
bool is_within(const journal::command& c, const journal::close_scope& closed) {
  const auto* id = std::visit(
      [](const auto& each) -> const journal::command_id* {
        if constexpr (requires { each.id; }) {
          return &each.id;
        } else {
          return nullptr;
        }
      },
      c);
  if (!id || !is_call(c)) return false;
  std::string scope =
      (closed.id.scope.empty() ? "" : closed.id.scope + "/") + std::to_string(closed.id.number);
  if (closed.iteration != 0) scope += "/" + std::to_string(closed.iteration);
  return (id->scope + "/").starts_with(scope + "/");
}

// What the two commands tell by themselves.
cause structural_cause(const mismatch& found, const recorded_calls& recorded,
                       const continued_calls& attempted) {
  if (!found.recorded || !found.attempted) return cause::unknown;
  // One goes on where the other ends.
  const auto* ended = std::get_if<journal::close_scope>(&*found.recorded);
  if (ended && is_within(*found.attempted, *ended)) return cause::call_added;
  const auto* ends = std::get_if<journal::close_scope>(&*found.attempted);
  if (ends && is_within(*found.recorded, *ends)) return cause::call_removed;
  if (!is_call(*found.recorded) || !is_call(*found.attempted)) return cause::unknown;
  if (recorded.all().empty() || attempted.all().empty()) return cause::unknown;
  const call& before = recorded.all().front();
  const call& now = attempted.all().front();
  if (!before.same(now)) return cause::unknown;
  // A workflow or a group that is awaited before it takes a number, too.
  if (before.id != now.id) return before.id < now.id ? cause::call_added : cause::call_removed;
  return cause::argument_changed;  // how it is retried, or limited
}

std::string quoted(const call& c) { return "`" + c.text + "`"; }

std::string sentence_of(cause what, const std::vector<call>& recorded,
                        const std::vector<call>& now) {
  const std::string before = recorded.empty() ? "the end" : quoted(recorded.front());
  const std::string instead = now.empty() ? "nothing" : quoted(now.front());
  const bool only_moved = !recorded.empty() && !now.empty() && recorded.front().same(now.front());
  if (only_moved && what == cause::call_added) {
    return "call added: before " + instead +
           " a workflow, or a group of operations, is awaited that was not when this was recorded";
  }
  if (only_moved && what == cause::call_removed) {
    return "call removed: before " + before +
           " a workflow, or a group of operations, was awaited when this was recorded";
  }
  switch (what) {
    case cause::argument_changed:
      return "argument changed: " + before + " was recorded, the code now asks for " + instead;
    case cause::call_added:
      return "call added: " + instead +
             " was not asked for here when this was recorded; next came " + before;
    case cause::call_removed:
      return "call removed: " + before + " was recorded here, and the code no longer asks for it";
    case cause::order_swapped:
      return "order swapped: " + before + " was recorded before " + instead +
             ", the code asks for them the other way round";
    case cause::call_renamed:
      return "call renamed: " + before + " was recorded, the code asks for the same as " + instead;
    case cause::call_replaced:
      return "call replaced: " + before + " was recorded, the code asks for " + instead +
             " in its place";
    default:
      return {};
  }
}

std::string advice_for(cause what) {
  switch (what) {
    case cause::unknown:
      return {};
    case cause::state_differs:
      return "If the write was changed on purpose, let runs that began before keep the old one: "
             "if (ctx.version(\"name-of-the-change\", 0, 1) == 0) …; if it was not, it depends on "
             "something that is not recorded: an address, the order of an unordered container, "
             "memory that nobody initialised.";
    case cause::call_renamed:
      return "Keep the recorded name (only what is bound to it may change), or make it a change "
             "with versions: if (ctx.version(\"name-of-the-change\", 0, 1) == 0) …";
    case cause::throws:
      return "Mend what throws; the turn was recorded as a success, so it must be one again.";
    default:
      return "Runs that began before need the old code: keep it beside the new one, "
             "if (ctx.version(\"name-of-the-change\", 0, 1) == 0) { the old } else { the new }";
  }
}

diagnosis of_state(const mismatch& found) {
  diagnosis d{cause::state_differs, {}, advice_for(cause::state_differs)};
  if (found.differences.empty()) {
    d.sentence =
        "state differs: the same was asked for and written; the number of random draws, of "
        "operations or of signals taken is another one";
  } else {
    const field_difference& first = found.differences.front();
    d.sentence = "state differs: " + first.field + " was " + first.recorded + " and is now " +
                 first.attempted;
  }
  return d;
}

}  // namespace

const char* name(diagnosis::cause what) {
  switch (what) {
    case cause::unknown:
      return "unknown";
    case cause::argument_changed:
      return "argument changed";
    case cause::call_added:
      return "call added";
    case cause::call_removed:
      return "call removed";
    case cause::order_swapped:
      return "order swapped";
    case cause::call_renamed:
      return "call renamed";
    case cause::call_replaced:
      return "call replaced";
    case cause::state_differs:
      return "state differs";
    case cause::throws:
      return "throws";
  }
  return "?";
}

diagnosis diagnose(const mismatch& found, machine& code,
                   std::span<const journal::stored_record> later, invented_results invents) {
  if (found.what == mismatch::kind::event_differs) return {};
  const auto says_what_changed = [](const std::optional<journal::command>& c) {
    return c && std::holds_alternative<journal::close_scope>(*c);
  };
  if (found.what == mismatch::kind::state_differs ||
      (says_what_changed(found.recorded) && says_what_changed(found.attempted))) {
    return of_state(found);
  }
  if (found.what == mismatch::kind::workflow_threw) {
    return {cause::throws, {}, advice_for(cause::throws)};
  }
  recorded_calls recorded(found, later);
  const auto now = later.empty() ? journal::wall_time() : later.front().value.raw_time;
  continued_calls attempted(found, code, recorded, now, invents);
  attempted.run();
  cause what = structural_cause(found, recorded, attempted);
  if (what == cause::unknown) what = compare_calls(recorded.all(), attempted.all());
  const bool is_substituted = what == cause::argument_changed || what == cause::call_renamed ||
                              what == cause::call_replaced;
  if (is_substituted && found.what == mismatch::kind::command_added) what = cause::call_added;
  if (is_substituted && found.what == mismatch::kind::command_missing) what = cause::call_removed;
  if (what == cause::call_replaced && attempted.threw()) what = cause::call_added;
  return {what, sentence_of(what, recorded.all(), attempted.all()), advice_for(what)};
}

void explain_cause(mismatch& found, machine& code, std::span<const journal::stored_record> later,
                   invented_results invents) {
  diagnosis why = diagnose(found, code, later, invents);
  if (why.what == cause::unknown) return;
  found.cause = name(why.what);
  found.likely_cause = std::move(why.sentence);
  found.advice = std::move(why.advice);
}

}  // namespace theus
