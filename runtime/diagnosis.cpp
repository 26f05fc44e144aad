#include "theus/runtime/diagnosis.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "continued_calls.hpp"
#include "recorded_calls.hpp"

namespace theus {
namespace {

using cause = diagnosis::cause;

// One by one, as far as both are known.
bool agree(std::span<const call> a, std::span<const call> b) {
  const std::size_t both = std::min(a.size(), b.size());
  return std::ranges::equal(a.first(both), b.first(both), &call::same);
}

bool contains(std::span<const call> calls, const call& wanted) {
  return std::ranges::any_of(calls, [&](const call& each) { return each.same(wanted); });
}

std::span<const call> behind(const std::vector<call>& calls, std::size_t count) {
  return std::span(calls).subspan(std::min(count, calls.size()));
}

cause substitution(const call& before, const call& now) {
  if (before.ends_the_run() != now.ends_the_run()) {
    return before.ends_the_run() ? cause::call_added : cause::call_removed;
  }
  if (before.kind != now.kind) return cause::call_replaced;
  if (before.name == now.name) return cause::argument_changed;
  return before.content == now.content ? cause::call_renamed : cause::call_replaced;
}

cause compare(const std::vector<call>& recorded, const std::vector<call>& now, bool threw) {
  if (recorded.empty()) return now.empty() ? cause::unknown : cause::call_added;
  if (now.empty()) return cause::call_removed;
  const call& before = recorded.front();
  const call& instead = now.front();
  if (before.same(instead)) return cause::unknown;
  const bool comes_later = contains(behind(now, 1), before);
  const bool came_later = contains(behind(recorded, 1), instead);
  if (comes_later && came_later) {
    // Where the same calls come again and again, what follows tells.
    const bool fits_without = agree(behind(recorded, 1), now);
    const bool fits_with = agree(recorded, behind(now, 1));
    if (fits_with == fits_without) return cause::order_swapped;
    return fits_with ? cause::call_added : cause::call_removed;
  }
  if (came_later) return cause::call_removed;
  if (comes_later) return cause::call_added;
  const cause other = substitution(before, instead);
  return other == cause::call_replaced && threw ? cause::call_added : other;
}

std::string quoted(const call& c) { return "`" + c.text + "`"; }

std::string sentence_of(cause what, const std::vector<call>& recorded,
                        const std::vector<call>& now) {
  const std::string before = recorded.empty() ? "the end" : quoted(recorded.front());
  const std::string instead = now.empty() ? "nothing" : quoted(now.front());
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
                   std::span<const journal::stored_record> later) {
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
  continued_calls attempted(found, code, recorded, now);
  attempted.run();
  const bool is_one_call = found.recorded && found.attempted && !recorded.all().empty() &&
                           !attempted.all().empty() &&
                           recorded.all().front().same(attempted.all().front()) &&
                           is_call(*found.recorded) && is_call(*found.attempted);
  // Then it differs in how it is retried, or limited.
  const cause what = is_one_call ? cause::argument_changed
                                 : compare(recorded.all(), attempted.all(), attempted.threw());
  return {what, sentence_of(what, recorded.all(), attempted.all()), advice_for(what)};
}

void explain_cause(mismatch& found, machine& code, std::span<const journal::stored_record> later) {
  diagnosis why = diagnose(found, code, later);
  if (why.what == cause::unknown) return;
  found.cause = name(why.what);
  found.likely_cause = std::move(why.sentence);
  found.advice = std::move(why.advice);
}

}  // namespace theus
